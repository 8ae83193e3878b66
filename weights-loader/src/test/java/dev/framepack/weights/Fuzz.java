package dev.framepack.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parser under arbitrary bytes: over the committed inputs in an ordinary test run, and for ten
 * million executions where {@code JAZZER_FUZZ=1} asks for it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@FuzzTest(maxDuration = "", maxExecutions = 10_000_000)
@interface Fuzz {}
