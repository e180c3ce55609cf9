import Dataset
import Networks
import OrderedCollections
import Testing

@testable import StateDictFiles

/// Files that PyTorch never writes, made to hurt the reader.
@Suite(.timeLimit(.minutes(15))) struct CraftedFileTests {
  @Test(arguments: [
    ("a dictionary in itself", "}q\0(X\u{1}\0\0\0ah\0u.", "it holds no tensors"),
    ("keys of any type", "}(K\u{1}Nu.", "a key in it is an int, not a str"),
    ("a bare number", "K\u{7}.", "it holds an int, not a dict of tensors"),
    ("a class", "ctorch\nFloatStorage\n.", "it holds a type, not a dict of tensors"),
  ])
  func wellFormedPicklesOfOtherThingsAreRefused(
    name: String, pickle: String, reason: String
  ) throws {
    expectRefusal(.notStateDict(reason), of: try archive(pickle))
  }

  @Test(arguments: [
    "", ".", "(", "(.", "0.", "1.", "2.", "R.", "t.", "\u{7}.", "h\u{9}.", "q\0.", "s.", "u.",
    "(u.",
    "}(Nu.", "]N(e.", "]K\u{1}s.", "}K\u{1}a.", "Q.", "K\u{1}Q.", ")Q.", "b.", "]Nb.", "K\u{1})R.",
    "ctorch\nFloatStorage\n)R.", "ccollections\nOrderedDict\n(K\u{1}tR.",
    "ctorch._utils\n_rebuild_tensor_v2\n)R.", "ctorch._utils\n_rebuild_parameter\n(NNNtR.",
    "ctorch", "ctorch\nFloatStorage", "X\u{5}\0\0\0ab", "}(N1.",
  ])
  func malformedPicklesAreRefused(pickle: String) throws {
    let bytes = try archive(pickle)
    #expect(throws: StateDictFileError.self) { try StateDictFile.read(bytes) }
  }

  @Test(arguments: [
    ("cposix\nsystem\n.", "posix.system"),
    ("ctorch\nload\n.", "torch.load"),
    ("ctorch._utils\n_rebuild_tensor\n.", "torch._utils._rebuild_tensor"),
    ("(X\u{2}\0\0\0lsios\nsystem\n.", "os.system"),
    ("X\u{8}\0\0\0builtinsX\u{4}\0\0\0eval\u{93}.", "builtins.eval"),
  ])
  func otherNamesAreRefusedBeforeTheirUse(pickle: String, name: String) throws {
    let bytes = try archive(pickle)
    expectRefusal(.forbiddenGlobal(name), of: bytes)
  }

  @Test func nestingAMillionDeepEnds() throws {
    let deep = [UInt8]([0x29]) + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
    expectRefusal(.notStateDict("it holds a tuple, not a dict of tensors"), of: try archive(deep))
  }

  /// Checksums keep accidents from the pickle machine, but not an attacker, who can mend them.
  @Test func alteredPicklesNeverCrash() throws {
    let stateDict = StateDict([
      "weight": ParameterTensor(shape: [2, 2], values: [1, 2, 3, 4]),
      "bias": ParameterTensor(shape: [1], values: [5]),
    ])
    let pickle = StateDictPickle(stateDict).bytes
    let opcodes = (0...UInt8.max).compactMap(PickleOpcode.init).map(\.rawValue)
    let storages = [[UInt8](repeating: 1, count: 16), [0, 0, 0, 0]]
    #expect(try StateDictFile.read(archive(pickle, storages: storages)).tensors.count == 2)
    var generator = SeededGenerator(seed: 21)
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<20_000 {
      var altered = pickle
      for _ in 0...generator.integer(below: 3) {
        let index = generator.integer(below: altered.count)
        let opcode = opcodes[generator.integer(below: opcodes.count)]
        switch generator.integer(below: 4) {
        case 0: altered[index] ^= 1 << UInt8(generator.integer(below: 8))
        case 1: altered.insert(opcode, at: index)
        case 2: altered[index] = opcode
        default: altered.remove(at: index)
        }
      }
      let bytes = try archive(altered, storages: storages)
      do throws(StateDictFileError) {
        _ = try StateDictFile.read(bytes)
        outcomes.read += 1
      } catch {
        outcomes.refused += 1
      }
    }
    #expect(outcomes.read > 100 && outcomes.refused > 1000)
  }

  @Test(arguments: [
    (shape: [2, 2], strides: [2, 1], offset: 0, fits: true),
    (shape: [4, 3], strides: [0, 1], offset: 1, fits: true),
    (shape: [], strides: [], offset: 3, fits: true),
    (shape: [0, 9], strides: [9, 1], offset: 100, fits: true),
    (shape: [1, 4], strides: [.max, 1], offset: 0, fits: true),
    (shape: [2, 2], strides: [2, 1], offset: 1, fits: false),
    (shape: [], strides: [], offset: 4, fits: false),
    (shape: [2, 2], strides: [-2, 1], offset: 2, fits: false),
    (shape: [-1, -1], strides: [1, 1], offset: 0, fits: false),
    (shape: [2], strides: [1], offset: -1, fits: false),
    (shape: [4], strides: [1, 1], offset: 0, fits: false),
    (shape: [1 << 40, 1 << 40], strides: [0, 0], offset: 0, fits: false),
    (shape: [3], strides: [.max], offset: 0, fits: false),
    (shape: [2], strides: [.max], offset: .max, fits: false),
    (
      shape: [Int](repeating: 1, count: 65), strides: [Int](repeating: 1, count: 65), offset: 0,
      fits: false
    ),
  ])
  func tensorsOutsideTheirStorageAreRefused(
    shape: [Int], strides: [Int], offset: Int, fits: Bool
  ) throws {
    let storage = StoredTensor.Storage(key: "0", type: .float32, elementCount: 4)
    guard fits else {
      #expect(throws: StateDictFileError.Reason.self) {
        try StoredTensor(storage: storage, offset: offset, shape: shape, strides: strides)
      }
      return
    }
    let tensor = try StoredTensor(storage: storage, offset: offset, shape: shape, strides: strides)
    let bytes = ([0, 1, 2, 3] as [Float]).withUnsafeBytes { Array($0) }
    let decode = try #require(ElementType.float32.decode)
    let values = tensor.values(in: bytes[...], decode: decode)
    #expect(values.count == shape.reduce(1, *))
    #expect(values.allSatisfy { Float(offset)...3 ~= $0 })
  }

  /// A few bytes that ask for terabytes.
  @Test func tensorsThatRepeatTheirStorageAreBounded() throws {
    var stateDict = StateDictPickle(StateDict(["a": ParameterTensor(shape: [1], values: [1])]))
      .bytes
    let contiguous: [UInt8] = [0x28, 0x4B, 1, 0x74, 0x28, 0x4B, 1, 0x74]
    let repeated: [UInt8] = [0x28, 0x8A, 5, 0, 0, 0, 0, 1, 0x74, 0x28, 0x4B, 0, 0x74]
    let range = try #require(stateDict.firstRange(of: contiguous))
    stateDict.replaceSubrange(range, with: repeated)
    expectRefusal(
      .unsupported("it has more than \(1 << 28) parameters"),
      of: try archive(stateDict, storages: [[0, 0, 0, 0]]))
  }

  @Test func storagesOfAnotherSizeAreRefused() throws {
    let pickle = StateDictPickle(StateDict(["a": ParameterTensor(shape: [2], values: [1, 2])]))
      .bytes
    expectRefusal(.damaged("the storage 0 is missing"), of: try archive(pickle))
    for size in [0, 4, 7, 9, 12] {
      expectRefusal(
        .damaged("the storage 0 has another size than its tensors say"),
        of: try archive(pickle, storages: [[UInt8](repeating: 0, count: size)]))
    }
  }

  @Test func namesTwiceInAnArchiveAreRefused() throws {
    var writer = ZipWriter()
    try writer.append([1], named: "archive/data.pkl")
    try writer.append([2], named: "archive/data.pkl")
    expectRefusal(.damaged("it has two entries called archive/data.pkl"), of: writer.finish())
  }

  @Test func bigEndianFilesAreRefused() throws {
    var writer = ZipWriter()
    try writer.append(StateDictPickle(StateDict()).bytes, named: "archive/data.pkl")
    try writer.append(Array("big".utf8), named: "archive/byteorder")
    expectRefusal(
      .unsupported("it was written on a big-endian machine; save it again on another"),
      of: writer.finish())
  }

  /// An archive with a pickle whose bytes are the characters' numbers.
  private func archive(_ pickle: String) throws -> [UInt8] {
    try archive(pickle.unicodeScalars.map { UInt8($0.value) })
  }

  private func archive(_ pickle: [UInt8], storages: [[UInt8]] = []) throws -> [UInt8] {
    var writer = ZipWriter()
    try writer.append(pickle, named: "archive/data.pkl")
    for (index, storage) in storages.enumerated() {
      try writer.append(storage, named: "archive/data/\(index)")
    }
    return writer.finish()
  }

  private func expectRefusal(
    _ reason: StateDictFileError.Reason, of bytes: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: StateDictFileError.self, sourceLocation: sourceLocation) {
      try StateDictFile.read(bytes)
    }
    #expect(error?.reason == reason, sourceLocation: sourceLocation)
  }
}
