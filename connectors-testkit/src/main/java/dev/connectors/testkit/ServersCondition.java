package dev.connectors.testkit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Executable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * Skips, with the reason, what takes a {@link PubSubServer} where none can be had: the test, or the
 * class if its constructor or what runs around all its tests takes it.
 */
final class ServersCondition implements ExecutionCondition {
  private static final Namespace REASONS = Namespace.create(ServersCondition.class);
  private static final List<Class<? extends Annotation>> AROUND =
      List.of(BeforeAll.class, BeforeEach.class, AfterEach.class, AfterAll.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean takes =
        context.getTestMethod().isPresent()
            ? takesPubSub(context.getRequiredTestMethod())
            : context.getTestClass().filter(ServersCondition::takesPubSub).isPresent();
    return evaluate(takes ? unavailable(context) : Optional.empty());
  }

  static ConditionEvaluationResult evaluate(Optional<String> unavailable) {
    return unavailable
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("every server is to be had"));
  }

  /** Asked once in a run: it may take a pull. */
  private static Optional<String> unavailable(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(REASONS)
        .getOrComputeIfAbsent(
            "reason", absent -> new Reason(PubSubServer.create().unavailable()), Reason.class)
        .text();
  }

  static boolean takesPubSub(Class<?> tests) {
    Stream<Executable> around =
        AROUND.stream()
            .flatMap(
                annotation ->
                    AnnotationSupport.findAnnotatedMethods(
                        tests, annotation, HierarchyTraversalMode.TOP_DOWN)
                        .stream());
    return Stream.concat(Arrays.stream(tests.getDeclaredConstructors()), around)
        .anyMatch(ServersCondition::takesPubSub);
  }

  static boolean takesPubSub(Executable executable) {
    return List.of(executable.getParameterTypes()).contains(PubSubServer.class);
  }

  private record Reason(Optional<String> text) {}
}
