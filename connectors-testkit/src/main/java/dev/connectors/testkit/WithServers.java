package dev.connectors.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class running servers: a {@link KafkaServer}, {@link ElasticsearchServer},
 * {@link ActiveMqServer}, {@link ArtemisServer}, {@link S3Server} or {@link PubSubServer} parameter
 * of the constructor, of a {@code @BeforeAll}, {@code @BeforeEach} or test method.
 *
 * <pre>{@code
 * @WithServers
 * class OrdersIT {
 *   @Test
 *   void consume_running_receives(KafkaServer kafka) { … }
 *
 *   @Test
 *   void consume_killed_resumes(@OwnServer KafkaServer kafka) { kafka.kill(); … }
 * }
 * }</pre>
 *
 * <p>There is one server of each type for the whole run, so tests that share it name their topics,
 * queues, indices and buckets uniquely; {@link OwnServer} gives the class another one. A server
 * that an earlier test left dead or paused runs again when it is injected. What takes a {@link
 * PubSubServer} is skipped, with the reason, where it is {@linkplain PubSubServer#unavailable() not
 * to be had}.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({ServersExtension.class, ServersCondition.class})
public @interface WithServers {}
