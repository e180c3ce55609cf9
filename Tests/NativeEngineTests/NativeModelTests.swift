import Classification
import Dataset
import Files
import Foundation
import Networks
import OracleSupport
import Testing

@testable import NativeEngine

@Suite final class NativeModelTests {
  private let folder = FileManager.default.temporaryDirectory.appending(
    path: "native-model-\(UUID())")
  private let network = Architecture.fashionLite.network()
  private let model: NativeModel

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    model = try NativeModel(network: network, stateDict: .random(for: network, seed: 2))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  @Test(arguments: Architecture.allCases) func whatIsWrittenIsRead(architecture: Architecture)
    throws
  {
    let network = architecture.network()
    let model = try NativeModel(network: network, stateDict: .random(for: network, seed: 2))
    try model.write(to: path("model.atelier"))
    let read = try NativeModel(contentsOf: path("model.atelier"))
    #expect(read.stateDict == model.stateDict)
    // How it was trained is not the file's affair.
    #expect(read.network.parameters == network.parameters)
    #expect(read.network.multiplyAddCount == network.multiplyAddCount)
    #expect(try read.encoded() == model.encoded())
    let engine = try NativeEngine(path: path("model.atelier"), classCount: 10)
    #expect(engine.kind == .native)
  }

  @Test func theFormatIsTheDocumentedOne() throws {
    let bytes = try model.encoded()
    #expect(Array(bytes.prefix(12)) == Array("ATELIER\0".utf8) + [1, 0, 0, 0])
    let length = Int(bytes[12]) | Int(bytes[13]) << 8
    let description = try JSONSerialization.jsonObject(with: Data(bytes[64..<64 + length]))
    let parameters = try #require(
      (description as? [String: Any])?["parameters"] as? [[String: Any]])
    #expect(parameters.map { $0["name"] as? String } == network.parameters.map(\.name))
    #expect(bytes.count == 64 + length + network.parameterCount * 4)
    let first = Float(
      bitPattern: bytes[(64 + length)...].prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
    #expect(first == model.stateDict[network.parameters[0].name]?.values.first)
  }

  @Test func damagedFilesAreRefused() throws {
    let bytes = try model.encoded()
    func error(_ change: (inout [UInt8]) -> Void) throws -> NativeModelError? {
      var changed = bytes
      change(&changed)
      return #expect(throws: NativeModelError.self) { try NativeModel(bytes: changed) }
    }
    #expect(try error { $0 = [] } == .notAModel)
    #expect(try error { $0[0] ^= 1 } == .notAModel)
    #expect(try error { $0[8] = 2 } == .unknownFormat(2))
    #expect(try error { $0.removeLast() } == .size(found: bytes.count - 1, expected: bytes.count))
    #expect(try error { $0.append(0) } == .size(found: bytes.count + 1, expected: bytes.count))
    #expect(try error { $0[40] ^= 1 } == .checksum)
    for place in stride(from: 64, to: bytes.count, by: 9_973) {
      #expect(try error { $0[place] ^= 16 } == .checksum)
    }
    for length in stride(from: 0, to: bytes.count, by: 9_973) {
      #expect(throws: NativeModelError.self) { try NativeModel(bytes: Array(bytes[..<length])) }
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
    var weights = model.stateDict
    let name = "classifier.bias"
    weights[name]?.values[0] = value
    #expect(throws: NativeModelError.weights(.notFinite(name: name))) {
      try NativeModel(network: network, stateDict: weights)
    }
  }
}
