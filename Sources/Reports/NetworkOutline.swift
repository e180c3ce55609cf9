import Networks

/// A network in words, a line a layer.
struct NetworkOutline {
  private let network: Network

  init(_ network: Network) {
    self.network = network
  }

  /// The lines; those inside a residual are indented.
  var text: String { lines(network.layers).joined(separator: "\n") }

  private func lines(_ layers: [Layer]) -> [String] {
    layers.flatMap { layer -> [String] in
      switch layer {
      case .convolution(let layer): [convolution(layer)]
      case .relu: ["ReLU"]
      case .maxPooling(let size): ["max pooling \(size)x\(size)"]
      case .globalAveragePooling: ["mean of each channel"]
      case .flatten: ["flatten"]
      case .linear(let layer): ["linear, \(layer.inputs) to \(layer.outputs)"]
      case .residual(let body, let shortcut):
        ["residual sum of"]
          + (lines(body) + ["and of"] + (shortcut.isEmpty ? ["what came in"] : lines(shortcut)))
          .map { "  " + $0 }
      }
    }
  }

  private func convolution(_ layer: Layer.Convolution) -> String {
    var text =
      "convolution \(layer.kernelSize)x\(layer.kernelSize), \(layer.inputChannels) to "
      + "\(layer.outputChannels) channels"
    if layer.stride > 1 { text += ", stride \(layer.stride)" }
    if layer.isNormalizedInTraining { text += ", batch norm folded in" }
    return text
  }
}
