import Dataset
import Files
import Foundation
import Networks
import OracleSupport
import OrderedCollections
@testable import StateDictFiles
import Testing

@Suite(.timeLimit(.minutes(15))) struct StateDictFileTests {
  static let readable = [
    "sequential", "deflated", "zip64", "parameters", "plain", "protocol4", "unicode", "nested",
    "nested-model", "nested-other", "float16", "bfloat16", "float64", "views", "shared",
  ]

  @Test(arguments: readable) func whatTorchSavesIsReadExactly(name: String) async throws {
    let saved = try await SavedFiles.shared.value
    let expected = try #require(saved.expected[name])
    #expect(!expected.isEmpty)
    #expect(exact(try StateDictFile.read(contentsOf: saved.path(name))) == exact(expected))
  }

  @Test func everySavedCaseIsTested() async throws {
    #expect(Set(try await SavedFiles.shared.value.expected.keys) == Set(Self.readable))
  }

  @Test(arguments: ["system", "eval"], [2, 3, 4, 5])
  func codeIsRefusedByName(attack: String, version: Int) async throws {
    let saved = try await SavedFiles.shared.value
    let name =
      attack == "eval" ? (version == 2 ? "__builtin__.eval" : "builtins.eval") : "posix.system"
    let path = saved.path("\(attack)-\(version)")
    let error = #expect(throws: StateDictFileError.self) {
      try StateDictFile.read(contentsOf: path)
    }
    #expect(error?.reason == .forbiddenGlobal(name))
    #expect(error?.description.hasPrefix("refuses to run \(name): \(path) asks for code") == true)
    let marker = SavedFiles.folder.appending(path: "executed").path
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test(arguments: [
    ("legacy", StateDictFileError.Reason.legacyFormat),
    ("module", .forbiddenGlobal("torch.nn.modules.container.Sequential")),
    ("complex", .forbiddenGlobal("torch.ComplexFloatStorage")),
    ("list", .notStateDict("it holds a list, not a dict of tensors")),
    ("nothing", .notStateDict("it holds no tensors")),
    ("mixed", .notStateDict("b is an int, not a tensor")),
    ("numbered", .notStateDict("a key in it is an int, not a str")),
    ("several", .notStateDict("it holds several, one, two; save the one to use")),
    ("integers", .unsupported("the parameter a holds integers, not floating-point numbers")),
    (
      "torchscript",
      .notStateDict("it is a TorchScript program; save its state_dict() with torch.save")
    ),
    ("archive", .notStateDict("it is a ZIP archive, but not one of torch.save")),
  ])
  func whatIsNoStateDictIsRefused(name: String, reason: StateDictFileError.Reason) async throws {
    let saved = try await SavedFiles.shared.value
    #expect(throws: StateDictFileError(path: saved.path(name), reason: reason)) {
      try StateDictFile.read(contentsOf: saved.path(name))
    }
  }

  @Test(arguments: ["sequential", "deflated", "zip64"])
  func everyTruncationIsRefused(name: String) async throws {
    let bytes = try await SavedFiles.shared.value.bytes(name)
    for count in bytes.indices {
      #expect(throws: StateDictFileError.self, "cut to \(count) bytes") {
        try StateDictFile.read(Array(bytes[..<count]))
      }
    }
  }

  /// A flipped bit in padding or a date changes nothing; anywhere else the file is refused.
  @Test(arguments: ["sequential", "deflated", "zip64", "views"])
  func alteredFilesAreRefusedOrReadTheSame(name: String) async throws {
    let bytes = try await SavedFiles.shared.value.bytes(name)
    let original = exact(try StateDictFile.read(bytes))
    var generator = SeededGenerator(seed: 11)
    var refused = 0
    for _ in 0..<3000 {
      var altered = bytes
      for _ in 0..<1 + generator.integer(below: 3) {
        let index = generator.integer(below: bytes.count)
        altered[index] ^= 1 << UInt8(generator.integer(below: 8))
      }
      do throws(StateDictFileError) {
        #expect(exact(try StateDictFile.read(altered)) == original)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }

  @Test func filesThatAreNoFilesOfWeightsAreRefused() throws {
    #expect(
      throws: StateDictFileError(
        path: "/nowhere/model.pth", reason: .unreadable("No such file or directory"))
    ) {
      try StateDictFile.read(contentsOf: "/nowhere/model.pth")
    }
    for bytes in [[], Array("hello".utf8), Array("PK\u{3}\u{4}".utf8), [0x80, 0x02, 0x4E, 0x2E]] {
      let error = #expect(throws: StateDictFileError.self) { try StateDictFile.read(bytes) }
      guard case .damaged = error?.reason else {
        Issue.record("\(bytes) gave \(String(describing: error))")
        continue
      }
    }
  }

  @Test func whatIsWrittenIsReadByTorchAndByUs() async throws {
    var stateDict = StateDict.random(for: Architecture.fashionCNN.network(), seed: 3)
    stateDict.tensors.reverse()
    stateDict["scalar"] = ParameterTensor(shape: [], values: [-0.0])
    stateDict["empty ✓"] = ParameterTensor(shape: [3, 0, 2], values: [])
    stateDict["odd"] = ParameterTensor(shape: [2, 1], values: [.infinity, .leastNonzeroMagnitude])
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pth").path
    defer { unlink(path) }
    try StateDictFile.write(stateDict, to: path)

    let output = try await Oracle.run(script: "load.py", arguments: [path])
    let loaded = try JSONDecoder().decode([SavedFiles.Tensor].self, from: Data(output.utf8))
    #expect(exact(loaded) == exact(stateDict))
    #expect(try StateDictFile.read(contentsOf: path) == stateDict)

    let first = try FileContents.read(from: path, limit: .max)
    try StateDictFile.write(stateDict, to: path)
    #expect(try FileContents.read(from: path, limit: .max) == first)
  }

  @Test func storagesAreAlignedTo64Bytes() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pth").path
    defer { unlink(path) }
    // Values that occur nowhere else in the file.
    let marks: [Float] = [0x1.234568p+9, -0x1.abcdeep-20]
    let stateDict = StateDict([
      "a": ParameterTensor(shape: [1], values: [marks[0]]),
      "some.longer.name": ParameterTensor(shape: [3], values: [marks[1], 1, 2]),
    ])
    try StateDictFile.write(stateDict, to: path)
    let bytes = Data(try FileContents.read(from: path, limit: .max))
    for mark in marks {
      let pattern = withUnsafeBytes(of: mark) { Data($0) }
      let offset = try #require(bytes.range(of: pattern)).lowerBound
      #expect(offset % 64 == 0)
    }
  }

  @Test func aFileThatCannotBeWrittenSaysWhy() {
    #expect(
      throws: StateDictFileError(
        path: "/nowhere/x.pth", reason: .unwritable("No such file or directory"))
    ) {
      try StateDictFile.write(StateDict(), to: "/nowhere/x.pth")
    }
  }
}
