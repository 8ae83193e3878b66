package dev.framepack.kernels.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {

  @Test
  void expIsWithinTwoUnitsInTheLastPlace() {
    assertThat(worstUlps(VectorMath::exp, Math::exp, -87, 88.7)).isLessThan(2);
  }

  @Test
  void expKeepsItsLimits() {
    assertThat(at(VectorMath::exp, Float.NEGATIVE_INFINITY)).isEqualTo(0f);
    assertThat(at(VectorMath::exp, -104f)).isEqualTo(0f);
    assertThat(at(VectorMath::exp, 0f)).isEqualTo(1f);
    assertThat(at(VectorMath::exp, 89f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(at(VectorMath::exp, Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(at(VectorMath::exp, Float.NaN)).isNaN();
  }

  @Test
  void siluIsWithinAFewUnitsInTheLastPlace() {
    assertThat(worstUlps(x -> VectorMath.swish(x, 1f), x -> x / (1 + Math.exp(-x)), -80, 80))
        .isLessThan(4);
  }

  /** The greatest error in units of the expected float's last place. */
  private static double worstUlps(
      UnaryOperator<FloatVector> function, DoubleUnaryOperator expected, double from, double to) {
    double worst = 0;
    for (int i = 0; i <= 100_000; i++) {
      float x = (float) (from + (to - from) * i / 100_000);
      double exact = expected.applyAsDouble(x);
      worst = Math.max(worst, Math.abs(at(function, x) - exact) / Math.ulp((float) exact));
    }
    return worst;
  }

  private static float at(UnaryOperator<FloatVector> function, float x) {
    return function.apply(FloatVector.broadcast(VectorSupport.SPECIES, x)).lane(0);
  }
}
