package dev.framepack.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A method with a default that a backend gains must be handed on too. */
final class DelegatingBackendTest {
  @Test
  void everyMethodIsHandedOn() {
    assertThat(
            Arrays.stream(Backend.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(DelegatingBackendTest::declared))
        .isNotEmpty()
        .allSatisfy(
            method -> assertThat(method.getDeclaringClass()).isEqualTo(DelegatingBackend.class));
  }

  private static Method declared(Method method) {
    try {
      return DelegatingBackend.class.getMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }
}
