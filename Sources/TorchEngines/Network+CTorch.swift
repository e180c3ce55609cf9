package import CTorch
import Glibc
package import Networks

extension Network {
  /// Calls `body` with the layers as LibTorch's bridge takes them; they are valid for that call.
  package func withCTorchLayers<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<CTLayer>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var layers = layers.map(CTLayer.init)
    defer { for layer in layers { free(UnsafeMutablePointer(mutating: layer.name)) } }
    return try layers.withUnsafeMutableBufferPointer { buffer throws(Failure) in
      try body(UnsafeBufferPointer(buffer))
    }
  }
}

extension CTLayer {
  /// The layer, with a copy of its name that the caller frees.
  fileprivate init(_ layer: Layer) {
    self.init()
    switch layer {
    case .convolution(let convolution):
      kind = CTLayerKindConvolution
      name = UnsafePointer(strdup(convolution.name))
      inputs = Int64(convolution.inputChannels)
      outputs = Int64(convolution.outputChannels)
      kernelSize = Int64(convolution.kernelSize)
      stride = Int64(convolution.stride)
      padding = Int64(convolution.padding)
    case .relu:
      kind = CTLayerKindReLU
    case .maxPooling(let size):
      kind = CTLayerKindMaxPooling
      kernelSize = Int64(size)
    case .flatten:
      kind = CTLayerKindFlatten
    case .linear(let linear):
      kind = CTLayerKindLinear
      name = UnsafePointer(strdup(linear.name))
      inputs = Int64(linear.inputs)
      outputs = Int64(linear.outputs)
    }
  }
}
