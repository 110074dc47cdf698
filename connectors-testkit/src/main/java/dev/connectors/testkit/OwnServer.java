package dev.connectors.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a server parameter: the test class gets a server of its own, to kill, pause or fill, started
 * with the first such parameter and closed after the class. See {@link WithServers}.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnServer {}
