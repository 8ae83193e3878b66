package dev.framepack.kernels.cpu.vector;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.tensor.Shape;

/** Every size of one causal convolution; positions count the rows and columns of the output. */
record ConvGeometry(
    int batch,
    int inChannels,
    int inFrames,
    int inHeight,
    int inWidth,
    int outChannels,
    int outFrames,
    int outHeight,
    int outWidth,
    int kernelT,
    int kernelH,
    int kernelW,
    int strideT,
    int strideHw) {

  static ConvGeometry of(CausalConv3d op, OpCall call) {
    Shape x = call.input(0).shape(); // [B, C, T, H, W]
    Shape w = call.input(1).shape(); // [O, C, kt, kh, kw]
    Shape y = call.output().shape(); // [B, O, T', H', W']
    return new ConvGeometry(
        x.size(0),
        x.size(1),
        x.size(2),
        x.size(3),
        x.size(4),
        y.size(1),
        y.size(2),
        y.size(3),
        y.size(4),
        w.size(2),
        w.size(3),
        w.size(4),
        op.strideT(),
        op.strideHw());
  }

  int taps() {
    return kernelT * kernelH * kernelW;
  }

  long inPlane() {
    return (long) inHeight * inWidth;
  }

  long outPlane() {
    return (long) outHeight * outWidth;
  }
}
