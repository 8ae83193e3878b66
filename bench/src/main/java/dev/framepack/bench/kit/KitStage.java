package dev.framepack.bench.kit;

/** One part of the kit's run. */
interface KitStage {

  String name();

  /** Most seconds it may take; it stops itself in time and says what it left out. */
  int limitSeconds();

  /** False for a stage that only runs when it is named. */
  default boolean isDefault() {
    return true;
  }

  /** False for what the choice of kernels does not change. */
  default boolean isPerPath() {
    return true;
  }

  /** True when it asks for every piece whether it has begun before. */
  default boolean isInPieces() {
    return false;
  }

  void run(KitContext context);
}
