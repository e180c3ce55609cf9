import Classification
import Dataset
import Foundation
import Networks
import OracleSupport
import Testing
import TorchEngines

@testable import NativeEngine

@Suite struct NativeEngineTests {
  /// Networks of odd sizes, beside those that are shipped.
  static let networks: [(name: String, network: Network)] =
    Architecture.allCases.map { ($0.rawValue, $0.network()) } + [
      ("three classes", Architecture.fashionLite.network(classCount: 3)),
      ("odd channels", odd(first: 5, second: 19, kernelSize: 5, padding: 2, hidden: 37)),
      ("no padding", odd(first: 24, second: 8, kernelSize: 3, padding: 0, hidden: 130)),
      ("tiles", tiled), ("tiles two apart", tiledTwoApart),
      ("many channels", odd(first: 64, second: 71, kernelSize: 1, padding: 0, hidden: 16)),
      ("linear", Network(layers: [.flatten, .linear(.init(name: "a", inputs: 784, outputs: 10))])),
    ]

  /// Convolutions by Winograd's method of all kinds: more tiles than are computed together, tiles that are
  /// not whole, channels that are no whole vectors, without padding, with a residual, and pooled.
  static let tiled = Network(layers: [
    .convolution(
      .init(name: "a", inputChannels: 1, outputChannels: 19, kernelSize: 3, padding: 1)),
    .relu,
    .convolution(.init(name: "b", inputChannels: 19, outputChannels: 21, kernelSize: 3)),
    .relu, .maxPooling(size: 2),
    .residual(
      body: [
        .convolution(
          .init(name: "c", inputChannels: 21, outputChannels: 21, kernelSize: 3, padding: 1))
      ], shortcut: []),
    .relu,
    .convolution(
      .init(name: "d", inputChannels: 21, outputChannels: 33, kernelSize: 3, padding: 1)),
    .maxPooling(size: 2), .flatten, .linear(.init(name: "e", inputs: 33 * 6 * 6, outputs: 5)),
  ])

  /// The same of windows that lie two apart: tiles of 3, of 2 and of 1 output, with a residual.
  static let tiledTwoApart = Network(layers: [
    .convolution(
      .init(name: "a", inputChannels: 1, outputChannels: 19, kernelSize: 3, padding: 1)),
    .relu,
    .convolution(
      .init(name: "b", inputChannels: 19, outputChannels: 35, kernelSize: 3, stride: 2, padding: 1)),
    .relu,
    .residual(
      body: [
        .convolution(
          .init(
            name: "c", inputChannels: 35, outputChannels: 42, kernelSize: 3, stride: 2, padding: 1))
      ],
      shortcut: [
        .convolution(
          .init(name: "d", inputChannels: 35, outputChannels: 42, kernelSize: 1, stride: 2))
      ]),
    .relu,
    .convolution(
      .init(name: "e", inputChannels: 42, outputChannels: 67, kernelSize: 3, stride: 2, padding: 1)),
    .flatten, .linear(.init(name: "f", inputs: 67 * 4 * 4, outputs: 5)),
  ])

  @Test func winogradsMethodIsUsedWhereItSavesTime() throws {
    func transformed(_ network: Network) throws -> [String] {
      try ExecutionPlan(network).layers.filter(\.isTransformed).map(\.name)
    }
    #expect(try transformed(Self.tiled) == ["b", "c", "d"])
    #expect(try transformed(Self.tiledTwoApart) == ["b", "c", "e"])
    #expect(try transformed(Architecture.fashionCNN.network()) == ["cnn_stack.3"])
    #expect(
      try transformed(Architecture.fashionLite.network())
        == ["stage1.0.conv1", "stage1.0.conv2", "stage2.0.conv1", "stage2.0.conv2"])
    #expect(
      try ExecutionPlan(Self.tiled, integerBytes: 1).layers.allSatisfy { !$0.isTransformed })
  }

  static func odd(
    first: Int, second: Int, kernelSize: Int, padding: Int, hidden: Int
  ) -> Network {
    func side(_ input: Int, stride: Int) -> Int { (input + 2 * padding - kernelSize) / stride + 1 }
    let pooled = side(side(28, stride: 1) / 2, stride: 2)
    return Network(layers: [
      .convolution(
        .init(
          name: "a", inputChannels: 1, outputChannels: first, kernelSize: kernelSize,
          padding: padding)),
      .relu, .maxPooling(size: 2),
      .convolution(
        .init(
          name: "b", inputChannels: first, outputChannels: second, kernelSize: kernelSize,
          stride: 2, padding: padding)),
      .flatten,
      .linear(.init(name: "c", inputs: second * pooled * pooled, outputs: hidden)), .relu,
      .linear(.init(name: "d", inputs: hidden, outputs: 7)),
    ])
  }

  @Test(arguments: networks.indices, InstructionSet.available.indices)
  func agreesWithLibTorch(index: Int, set: Int) throws {
    let network = Self.networks[index].network
    let weights = StateDict.random(for: network, seed: UInt64(index))
    let instructions = InstructionSet.available[set]
    let engine = try NativeEngine(
      NativeModel(network: network, stateDict: weights), instructions: instructions)
    let eager = try EagerEngine(network: network, stateDict: weights)
    var generator = SeededGenerator(seed: 7)
    for count in [1, 2, 31] {
      let pictures = generator.pictures(count)
      let (found, expected) = (
        try engine.logits(ofPixels: pictures), try eager.logits(ofPixels: pictures)
      )
      let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-5, "\(Self.networks[index].name), \(instructions.name)")
      #expect(Set(found).count > 1)
    }
  }

  @Test(arguments: networks.indices) func integersAgreeWithPlainLoopsToTheBit(index: Int) throws {
    let network = Self.networks[index].network
    let weights = StateDict.random(for: network, seed: UInt64(index))
    let model = try NativeModel(network: network, stateDict: weights)
    var generator = SeededGenerator(seed: 8)
    // Of both signs, which pictures are not.
    let pictures = generator.pictures(1) + generator.pictures(1).map { 0.7 - 2 * $0 }
    let reference = IntegerReference(network: network, weights: weights)
    let expected =
      reference.logits(Array(pictures[..<784]))
      + reference.logits(
        Array(pictures[784...]))
    for instructions in InstructionSet.available {
      let engine = try NativeEngine(model, precision: .int8, instructions: instructions)
      #expect(
        try engine.logits(ofPixels: pictures) == expected,
        "\(Self.networks[index].name), \(instructions.name)")
    }
    let floats = try NativeEngine(model).logits(ofPixels: pictures)
    #expect(floats != expected)
    #expect(zip(floats, expected).allSatisfy { abs($0 - $1) < 0.1 })
  }

  @Test(arguments: InstructionSet.available.indices)
  func picturesOfNoNumbersAreNoEndOfTheProgram(set: Int) throws {
    let network = Architecture.fashionCNN.network()
    let engine = try NativeEngine(
      NativeModel(network: network, stateDict: .random(for: network, seed: 6)), precision: .int8,
      instructions: InstructionSet.available[set])
    var generator = SeededGenerator(seed: 6)
    let picture = generator.pictures(1)
    let alone = try engine.logits(ofPixels: picture)
    for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      var odd = picture
      odd[300] = value
      #expect(try engine.logits(ofPixels: odd + picture).suffix(10) == alone[...])
    }
  }

  @Test(
    arguments: NativePrecision.allCases,
    Architecture.allCases.flatMap { architecture in
      InstructionSet.available.indices.map { (architecture, $0) }
    })
  func aPictureHasTheSameLogitsInEveryBatch(
    precision: NativePrecision, run: (architecture: Architecture, set: Int)
  ) throws {
    try expectTheSameLogitsInEveryBatch(
      run.architecture.network(), precision, InstructionSet.available[run.set])
  }

  @Test(arguments: InstructionSet.available.indices)
  func aPictureHasTheSameLogitsInEveryBatchOfTiles(set: Int) throws {
    for network in [Self.tiled, Self.tiledTwoApart] {
      try expectTheSameLogitsInEveryBatch(network, .float32, InstructionSet.available[set])
    }
  }

  private func expectTheSameLogitsInEveryBatch(
    _ network: Network, _ precision: NativePrecision, _ instructions: InstructionSet
  ) throws {
    let model = try NativeModel(
      network: network, stateDict: .random(for: network, seed: 3))
    let engine = try NativeEngine(model, precision: precision, instructions: instructions)
    let parallel = try NativeEngine(
      model, precision: precision, instructions: instructions, threads: 3)
    var generator = SeededGenerator(seed: 5)
    let pictures = generator.pictures(90)
    let alone = try (0..<90).flatMap { index in
      try engine.logits(ofPixels: Array(pictures[index * 784..<(index + 1) * 784]))
    }
    #expect(try engine.logits(ofPixels: pictures) == alone)
    #expect(try parallel.logits(ofPixels: pictures) == alone)
    #expect(
      try engine.logits(ofPixels: Array(pictures.prefix(5 * 784)))
        == Array(alone.prefix(5 * network.classCount)))
  }

  @Test func severalTasksMayUseOneEngine() async throws {
    let network = Architecture.fashionLite.network()
    let engine = try NativeEngine(
      NativeModel(network: network, stateDict: .random(for: network, seed: 4)), threads: 2)
    var generator = SeededGenerator(seed: 4)
    let batches = [1, 7, 40, 64].map { generator.pictures($0) }
    let expected = try batches.map { try engine.logits(ofPixels: $0) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        for (batch, logits) in zip(batches, expected) {
          group.addTask { try engine.logits(ofPixels: batch) == logits }
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test func batchesThatDoNotFitAreRefusedAndEmptyOnesAllowed() throws {
    let network = Architecture.fashionLite.network()
    let engine = try NativeEngine(
      NativeModel(network: network, stateDict: .random(for: network, seed: 1)))
    #expect(try engine.logits(ofPixels: []) == [])
    for (pixels, logits) in [(784, 9), (783, 10), (784, 20), (0, 10), (784, 0)] {
      #expect(
        throws: InferenceError.shapeMismatch(pixels: pixels, logits: logits, classes: 10)
      ) {
        var values = [Float](repeating: 0, count: logits)
        var output = values.mutableSpan
        try engine.run([Float](repeating: 0, count: pixels).span, into: &output)
      }
    }
  }

  @Test(
    arguments: [
      [.relu, .flatten, .linear(.init(name: "a", inputs: 784, outputs: 10))],
      [.linear(.init(name: "a", inputs: 784, outputs: 10))],
      [.flatten, .linear(.init(name: "a", inputs: 10, outputs: 10))],
      [.convolution(.init(name: "a", inputChannels: 2, outputChannels: 1, kernelSize: 3))],
      [.convolution(.init(name: "a", inputChannels: 1, outputChannels: 1, kernelSize: 29))],
      [.globalAveragePooling], [],
    ] as [[Layer]])
  func saysWhatItCannotRun(layers: [Layer]) throws {
    let network = Network(layers: layers)
    let error = #expect(throws: NativeModelError.self) {
      try NativeModel(network: network, stateDict: .random(for: network, seed: 1))
    }
    guard case .unsupported = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
  }

  @Test func integersOfSoManyInputsThatTheirSumOverflowsAreRefused() throws {
    let channels = ExecutionPlan.integerWindowLimit / (28 * 28) + 1
    let network = Network(layers: [
      .convolution(.init(name: "a", inputChannels: 1, outputChannels: channels, kernelSize: 1)),
      .flatten, .linear(.init(name: "b", inputs: channels * 28 * 28, outputs: 1)),
    ])
    let model = try NativeModel(network: network, stateDict: .random(for: network, seed: 1))
    #expect(
      throws: NativeModelError.unsupported(reason: "b has too many inputs for 8-bit integers")
    ) { try NativeEngine(model, precision: .int8) }
  }
}
