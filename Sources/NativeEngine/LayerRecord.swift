import Networks

/// A layer as a model's file describes it.
///
/// Files are forever, so this is apart from ``Networks/Layer``, which may change.
struct LayerRecord: Codable {
  enum Kind: String, Codable {
    case convolution, relu, maxPooling, globalAveragePooling, residual, flatten, linear
  }

  var kind: Kind
  var name: String?
  var inputs: Int?
  var outputs: Int?
  var kernelSize: Int?
  var stride: Int?
  var padding: Int?
  var body: [LayerRecord]?
  var shortcut: [LayerRecord]?

  private init(kind: Kind) { self.kind = kind }

  init(_ layer: Layer) {
    switch layer {
    case .convolution(let convolution):
      self.init(kind: .convolution)
      name = convolution.name
      inputs = convolution.inputChannels
      outputs = convolution.outputChannels
      kernelSize = convolution.kernelSize
      stride = convolution.stride
      padding = convolution.padding
    case .linear(let linear):
      self.init(kind: .linear)
      name = linear.name
      inputs = linear.inputs
      outputs = linear.outputs
    case .residual(let body, let shortcut):
      self.init(kind: .residual)
      self.body = body.map(LayerRecord.init)
      self.shortcut = shortcut.map(LayerRecord.init)
    case .maxPooling(let size):
      self.init(kind: .maxPooling)
      kernelSize = size
    case .relu: self.init(kind: .relu)
    case .globalAveragePooling: self.init(kind: .globalAveragePooling)
    case .flatten: self.init(kind: .flatten)
    }
  }

  /// The layer.
  ///
  /// - Throws: ``NativeModelError/description(reason:)`` when a number is missing or makes no sense.
  func layer() throws(NativeModelError) -> Layer {
    switch kind {
    case .convolution:
      return .convolution(
        .init(
          name: try named(), inputChannels: try size(inputs), outputChannels: try size(outputs),
          kernelSize: try size(kernelSize), stride: try size(stride),
          padding: try size(padding, from: 0)))
    case .linear:
      return .linear(
        .init(name: try named(), inputs: try size(inputs), outputs: try size(outputs)))
    case .residual:
      return .residual(body: try Self.layers(body ?? []), shortcut: try Self.layers(shortcut ?? []))
    case .maxPooling: return .maxPooling(size: try size(kernelSize))
    case .relu: return .relu
    case .globalAveragePooling: return .globalAveragePooling
    case .flatten: return .flatten
    }
  }

  static func layers(_ records: [LayerRecord]) throws(NativeModelError) -> [Layer] {
    var layers: [Layer] = []
    for record in records { layers.append(try record.layer()) }
    return layers
  }

  private func named() throws(NativeModelError) -> String {
    guard let name else { throw .description(reason: "a \(kind.rawValue) has no name") }
    return name
  }

  private func size(_ value: Int?, from least: Int = 1) throws(NativeModelError) -> Int {
    guard let value, (least...1 << 16).contains(value) else {
      throw .description(reason: "a size of a \(kind.rawValue) is missing or out of range")
    }
    return value
  }
}
