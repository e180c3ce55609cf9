import Classification
import Dataset
import Files
import Foundation
import Networks
import OnnxModel
import OracleSupport
import StateDictFiles
import Testing

@Suite(.timeLimit(.minutes(15))) final class OnnxModelTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-model-\(UUID())")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static let networks: [Network] = [
    Architecture.fashionCNN.network(),
    Architecture.fashionCNN.network(classCount: 3),
    Architecture.fashionResNet.network(),
    // A residual in another's body, and one at the very end.
    Network(layers: [
      .convolution(.init(name: "first", inputChannels: 1, outputChannels: 3, kernelSize: 4)),
      .residual(
        body: [
          .residual(body: [.relu], shortcut: []),
          .convolution(.init(name: "inner", inputChannels: 3, outputChannels: 3, kernelSize: 1)),
        ],
        shortcut: [.relu]),
      .globalAveragePooling,
      .flatten,
      .residual(
        body: [.linear(.init(name: "left", inputs: 3, outputs: 2))],
        shortcut: [.linear(.init(name: "right", inputs: 3, outputs: 2))]),
    ]),
    // Strides, uneven padding, and rows that pooling drops.
    Network(layers: [
      .convolution(
        .init(
          name: "first", inputChannels: 1, outputChannels: 5, kernelSize: 5, stride: 2, padding: 1)),
      .maxPooling(size: 3),
      .convolution(.init(name: "second", inputChannels: 5, outputChannels: 4, kernelSize: 2)),
      .relu,
      .flatten,
      .linear(.init(name: "last", inputs: 36, outputs: 7)),
      .relu,
    ]),
    Network(layers: [.flatten, .linear(.init(name: "only", inputs: 784, outputs: 2))]),
  ]

  @Test(arguments: networks)
  func modelsPassTheCheckerAndAgreeWithPyTorch(network: Network) async throws {
    let labels = LabelSet((0..<network.classCount).map { "class \($0) / \"ä\"" })
    let stateDict = StateDict.random(for: network, seed: 5)
    try OnnxModel.write(network: network, stateDict: stateDict, labels: labels, to: path("m.onnx"))
    try StateDictFile.write(stateDict, to: path("m.pth"))
    try JSONEncoder().encode(network.layers.map(LayerDescription.init)).write(
      to: folder.appending(path: "layers.json"))
    var generator = SeededGenerator(seed: 6)
    let pictures = generator.pictures(256)
    try FileContents.write(pictures.withUnsafeBytes { Array($0) }, to: path("pictures"))

    let output = try await Oracle.run(
      script: "logits.py",
      arguments: ["m.onnx", "m.pth", "layers.json", "pictures"].map(path) + ["1", "3", "256"])
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
    #expect(answer.inputs == ["pixels": [.text("batch"), .number(1), .number(28), .number(28)]])
    #expect(answer.outputs == ["logits": [.text("batch"), .number(network.classCount)]])
    #expect(answer.classes == labels.names)
    #expect(answer.producer == "atelier")
    #expect(answer.irVersion == 8)
    #expect(answer.operatorSet == 13)
    #expect(answer.torch.map(\.count) == [1, 3, 256].map { $0 * network.classCount })
    #expect(Set(answer.torch[2]).count > 256)
    for (ours, theirs) in zip(answer.onnxRuntime, answer.torch) {
      let differences = zip(ours, theirs).map { abs($0 - $1) }
      #expect(ours.count == theirs.count && differences.allSatisfy { $0 < 1e-4 })
    }
  }

  @Test func theSameModelGivesTheSameBytes() throws {
    let network = Self.networks[0]
    let models = try (0..<2).map { _ in
      try OnnxModel.encode(
        network: network, stateDict: .random(for: network, seed: 1), labels: .fashionMNIST)
    }
    #expect(models[0] == models[1])
    let other = try OnnxModel.encode(
      network: network, stateDict: .random(for: network, seed: 2), labels: .fashionMNIST)
    #expect(models[0] != other)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let network = Self.networks[0]
    let stateDict = StateDict.random(for: network, seed: 1)
    let missing = OnnxModelError.unfitWeights(.parameterCount(found: 0, expected: 8))
    #expect(throws: missing) {
      try OnnxModel.encode(network: network, stateDict: StateDict(), labels: .fashionMNIST)
    }
    #expect(throws: OnnxModelError.labelCount(found: 1, expected: 10)) {
      try OnnxModel.encode(network: network, stateDict: stateDict, labels: LabelSet(["one"]))
    }
    let unwritable = OnnxModelError.unwritable(
      path: "/nowhere/m.onnx", reason: "No such file or directory")
    #expect(throws: unwritable) {
      try OnnxModel.write(
        network: network, stateDict: stateDict, labels: .fashionMNIST, to: "/nowhere/m.onnx")
    }
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }
}

/// What `logits.py` prints.
private struct Answer: Decodable {
  enum Size: Decodable, Equatable {
    case text(String)
    case number(Int)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Int.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  let onnxRuntime: [[Float]]
  let torch: [[Float]]
  let inputs: [String: [Size]]
  let outputs: [String: [Size]]
  let classes: [String]
  let producer: String
  let irVersion: Int
  let operatorSet: Int
}

/// A layer as `logits.py` reads it.
private struct LayerDescription: Encodable {
  var type: String
  var name: String?
  var stride: Int?
  var padding: Int?
  var size: Int?
  var body: [LayerDescription]?
  var shortcut: [LayerDescription]?

  init(_ layer: Layer) {
    switch layer {
    case .convolution(let layer):
      type = "convolution"
      name = layer.name
      stride = layer.stride
      padding = layer.padding
    case .relu: type = "relu"
    case .maxPooling(let size):
      type = "maxPooling"
      self.size = size
    case .globalAveragePooling: type = "globalAveragePooling"
    case .residual(let body, let shortcut):
      type = "residual"
      self.body = body.map(LayerDescription.init)
      self.shortcut = shortcut.map(LayerDescription.init)
    case .flatten: type = "flatten"
    case .linear(let layer):
      type = "linear"
      name = layer.name
    }
  }
}
