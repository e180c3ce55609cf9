package import CTorchInterface
import Glibc
package import Networks

extension Network {
  /// Calls `body` with the layers as LibTorch's bridge takes them; they are valid for that call.
  package func withCTorchLayers<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<CTLayer>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var layers = layers.flatMap(\.bridged)
    defer { for layer in layers { free(UnsafeMutablePointer(mutating: layer.name)) } }
    return try layers.withUnsafeMutableBufferPointer { buffer throws(Failure) in
      try body(UnsafeBufferPointer(buffer))
    }
  }
}

extension Layer {
  /// The layer as the bridge's flat list has it, with copies of names that the caller frees.
  fileprivate var bridged: [CTLayer] {
    var layer = CTLayer()
    switch self {
    case .convolution(let convolution):
      layer.kind = CTLayerKindConvolution
      layer.name = UnsafePointer(strdup(convolution.name))
      layer.inputs = Int64(convolution.inputChannels)
      layer.outputs = Int64(convolution.outputChannels)
      layer.kernelSize = Int64(convolution.kernelSize)
      layer.stride = Int64(convolution.stride)
      layer.padding = Int64(convolution.padding)
      layer.isNormalized = convolution.isNormalizedInTraining
    case .relu:
      layer.kind = CTLayerKindReLU
    case .maxPooling(let size):
      layer.kind = CTLayerKindMaxPooling
      layer.kernelSize = Int64(size)
    case .globalAveragePooling:
      layer.kind = CTLayerKindGlobalAveragePooling
    case .residual(let body, let shortcut):
      return [CTLayer(kind: CTLayerKindResidualBody)] + body.flatMap(\.bridged)
        + [CTLayer(kind: CTLayerKindResidualShortcut)] + shortcut.flatMap(\.bridged)
        + [CTLayer(kind: CTLayerKindResidualSum)]
    case .flatten:
      layer.kind = CTLayerKindFlatten
    case .linear(let linear):
      layer.kind = CTLayerKindLinear
      layer.name = UnsafePointer(strdup(linear.name))
      layer.inputs = Int64(linear.inputs)
      layer.outputs = Int64(linear.outputs)
    }
    return [layer]
  }
}

extension CTLayer {
  fileprivate init(kind: CTLayerKind) {
    self.init()
    self.kind = kind
  }
}
