import Classification
import Dataset
import Files
import Foundation
import Hashing
import Networks
import OracleSupport
import OrderedCollections
import Testing

@testable import NativeEngine

@Suite final class NativeModelTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "native-model-\(UUID())")
  private let network = Architecture.fashionLite.network()
  private let weights: StateDict
  private let model: NativeModel

  init() throws {
    weights = .random(for: network, seed: 2)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    model = try NativeModel(network: network, stateDict: weights)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func write(_ bytes: [UInt8]) throws -> String {
    let path = path("\(UUID()).atelier")
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  /// A whole file with some content.
  private func file(format: UInt32, description: String, weights: [Float]) -> [UInt8] {
    var content = Array(description.utf8)
    while !content.count.isMultiple(of: 64) { content.append(UInt8(ascii: " ")) }
    let length = content.count
    content += weights.withUnsafeBytes(Array.init)
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian, Array.init)
    }
    return Array("ATELIER\0".utf8) + bytes(format) + bytes(UInt32(length))
      + bytes(UInt64(content.count - length)) + ContentHash.sha256Digest(of: content)
      + bytes(UInt64(0)) + content
  }

  @Test(arguments: Architecture.allCases) func whatIsWrittenIsRead(architecture: Architecture)
    throws
  {
    let network = architecture.network()
    let model = try NativeModel(network: network, stateDict: .random(for: network, seed: 2))
    try model.write(to: path("model.atelier"))
    let read = try NativeModel(contentsOf: path("model.atelier"))
    #expect(Array(read.storage.values) == Array(model.storage.values))
    // How it was trained is not the file's affair.
    #expect(read.network.parameters == network.parameters)
    #expect(read.network.multiplyAddCount == network.multiplyAddCount)
    #expect(try read.encoded() == model.encoded())
    let engine = try NativeEngine(path: path("model.atelier"), classCount: 10)
    #expect(engine.kind == .native)
  }

  @Test(arguments: NativePrecision.allCases)
  func aFileMayBeReplacedWhileItIsUsed(precision: NativePrecision) throws {
    try model.write(to: path("model.atelier"))
    let engine = try NativeEngine(
      path: path("model.atelier"), classCount: 10, precision: precision)
    let picture = [Float](repeating: 0.5, count: 784)
    let before = try engine.logits(ofPixels: picture)
    try NativeModel(network: network, stateDict: .random(for: network, seed: 3))
      .write(to: path("model.atelier"))
    #expect(try engine.logits(ofPixels: picture) == before)
    let other = try NativeEngine(
      path: path("model.atelier"), classCount: 10, precision: precision)
    #expect(try other.logits(ofPixels: picture) != before)
  }

  @Test func theFormatIsTheDocumentedOne() throws {
    let bytes = try model.encoded()
    #expect(Array(bytes.prefix(12)) == Array("ATELIER\0".utf8) + [2, 0, 0, 0])
    let length = Int(bytes[12]) | Int(bytes[13]) << 8
    let description = try JSONSerialization.jsonObject(with: Data(bytes[64..<64 + length]))
    let parameters = try #require(
      (description as? [String: Any])?["parameters"] as? [[String: Any]])
    #expect(parameters.map { $0["name"] as? String } == network.parameters.map(\.name))
    func float(_ parameter: Int, _ index: Int) throws -> Float {
      let offset = try #require(parameters[parameter]["offset"] as? Int)
      #expect(offset.isMultiple(of: 64))
      let first = 64 + length + offset + index * 4
      return Float(
        bitPattern: bytes[first..<first + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    let index = try #require(network.parameters.firstIndex { $0.shape == [32, 16, 3, 3] })
    let weight = try #require(weights[network.parameters[index].name]?.values)
    for (output, channel, row, column) in [
      (0, 0, 0, 0), (3, 5, 1, 2), (17, 15, 2, 0), (31, 8, 0, 1),
    ] {
      let place = ((output / 16 * 3 + row) * 3 + column) * 16 + channel
      #expect(
        try float(index, place * 16 + output % 16)
          == weight[((output * 16 + channel) * 3 + row) * 3 + column])
    }
  }

  @Test func filesOfTheFirstFormatAreRead() throws {
    let layers = #"[{"kind":"flatten"},{"kind":"linear","name":"a","inputs":784,"outputs":10}]"#
    let network = Network(layers: [.flatten, .linear(.init(name: "a", inputs: 784, outputs: 10))])
    let weights = StateDict.random(for: network, seed: 4)
    let bytes = file(
      format: 1,
      description: #"{"layers":\#(layers),"parameters":[{"name":"a.weight","shape":[10,784]},"#
        + #"{"name":"a.bias","shape":[10]}]}"#,
      weights: network.parameters.flatMap { weights[$0.name]?.values ?? [] })
    let picture = (0..<784).map { Float($0) / 784 }
    #expect(
      try NativeEngine(path: write(bytes), classCount: 10).logits(ofPixels: picture)
        == NativeEngine(NativeModel(network: network, stateDict: weights)).logits(
          ofPixels: picture))
  }

  @Test(arguments: ["[10,785]", "[-1]", "[16777217,16777216]", "[16777216,16777216,16777216]"])
  func shapesThatNoFileHoldsAreRefused(shape: String) throws {
    let layers = #"[{"kind":"flatten"},{"kind":"linear","name":"a","inputs":784,"outputs":10}]"#
    let path = try write(
      file(
        format: 1,
        description:
          #"{"layers":\#(layers),"parameters":[{"name":"a.weight","shape":\#(shape)}]}"#,
        weights: Array(repeating: 0, count: 784 * 10)))
    let reason = NativeModelError.description(reason: "a.weight has more values than the file")
    #expect(throws: reason) { try NativeModel(contentsOf: path) }
  }

  @Test func damagedFilesAreRefused() throws {
    let bytes = try model.encoded()
    func error(_ change: (inout [UInt8]) -> Void) throws -> NativeModelError? {
      var changed = bytes
      change(&changed)
      let path = try write(changed)
      return #expect(throws: NativeModelError.self) { try NativeModel(contentsOf: path) }
    }
    #expect(try error { $0 = [] } == .notAModel)
    #expect(try error { $0[0] ^= 1 } == .notAModel)
    #expect(try error { $0[8] = 3 } == .unknownFormat(3))
    #expect(try error { $0[8] = 0 } == .unknownFormat(0))
    #expect(try error { $0.removeLast() } == .size(found: bytes.count - 1, expected: bytes.count))
    #expect(try error { $0.append(0) } == .size(found: bytes.count + 1, expected: bytes.count))
    #expect(try error { $0[40] ^= 1 } == .checksum)
    for place in stride(from: 64, to: bytes.count, by: 29_973) {
      #expect(try error { $0[place] ^= 16 } == .checksum)
    }
    for length in stride(from: 0, to: bytes.count, by: 29_973) {
      #expect(try error { $0.removeSubrange(length...) } != nil)
    }
  }

  @Test func aFileThatWasHashedBeforeIsNotHashedAgain() throws {
    var bytes = try model.encoded()
    // The last bit of a bias.
    bytes[bytes.count - 64] ^= 1
    let altered = try MappedFile(path: write(bytes), limit: bytes.count)
    #expect(throws: NativeModelError.checksum) { try NativeModel(altered) }
    let read = try NativeModel(altered, isVerified: true)
    #expect(Array(read.storage.values) != Array(model.storage.values))
    bytes.removeLast()
    let short = try MappedFile(path: write(bytes), limit: bytes.count)
    #expect(throws: NativeModelError.size(found: bytes.count, expected: bytes.count + 1)) {
      try NativeModel(short, isVerified: true)
    }
  }

  @Test(arguments: [
    ("", "it is not the JSON"), (#"[{"name":"a.weight","shape":[10,784]}]"#, "or has no place"),
    (#"[{"name":"a.weight","shape":[10,784],"offset":4}]"#, "or has no place"),
    (#"[{"name":"a.weight","shape":[10,784],"offset":-64}]"#, "or has no place"),
    (#"[{"name":"a.weight","shape":[784,10],"offset":0}]"#, "a.weight does not fit"),
    (#"[{"name":"b.weight","shape":[10,784],"offset":0}]"#, "b.weight does not fit"),
    (#"[{"name":"a.weight","shape":[10,784],"offset":6400000}]"#, "more values than the file"),
    (#"[{"name":"a.weight","shape":[10,784],"offset":9223372036854775744}]"#, "than the file"),
    (#"[{"name":"a.weight","shape":[10,784],"offset":0}]"#, "a.bias is missing"),
  ])
  func descriptionsThatDoNotFitTheirWeightsAreRefused(parameters: String, reason: String) throws {
    let layers = #"[{"kind":"flatten"},{"kind":"linear","name":"a","inputs":784,"outputs":10}]"#
    let path = try write(
      file(
        format: 2, description: #"{"layers":\#(layers),"parameters":\#(parameters)}"#,
        weights: Array(repeating: 0, count: 785 * 16)))
    let error = #expect(throws: NativeModelError.self) { try NativeModel(contentsOf: path) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func filesWithWeightsThatAreNoNumbersAreRefused(value: Float) throws {
    let layers = #"[{"kind":"flatten"},{"kind":"linear","name":"a","inputs":784,"outputs":10}]"#
    var weights = [Float](repeating: 0, count: 785 * 16)
    weights[784 * 16 + 9] = value
    let path = try write(
      file(
        format: 2,
        description:
          #"{"layers":\#(layers),"parameters":[{"name":"a.bias","shape":[10],"offset":50176},"#
          + #"{"name":"a.weight","shape":[10,784],"offset":0}]}"#, weights: weights))
    #expect(throws: NativeModelError.weights(.notFinite(name: "a.bias"))) {
      try NativeModel(contentsOf: path)
    }
  }

  @Test func filesThatCannotBeUsedSayWhy() throws {
    #expect(
      throws: InferenceError.modelUnreadable(
        path: path("missing.atelier"), reason: "No such file or directory")
    ) { try NativeEngine(path: path("missing.atelier"), classCount: 10) }
    try model.write(to: path("model.atelier"))
    let error = #expect(throws: InferenceError.self) {
      try NativeEngine(path: path("model.atelier"), classCount: 3)
    }
    #expect(error?.description.contains("it tells 10 classes, not 3") == true)
  }

  @Test(arguments: [Float.nan, .infinity])
  func weightsThatAreNoNumbersAreRefused(value: Float) throws {
    var weights = weights
    let name = "classifier.bias"
    weights[name]?.values[0] = value
    #expect(throws: NativeModelError.weights(.notFinite(name: name))) {
      try NativeModel(network: network, stateDict: weights)
    }
  }
}
