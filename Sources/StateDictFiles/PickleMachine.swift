/// Python's pickle machine, cut down to what a file of weights needs: it builds data and nothing
/// else. It knows three calls, all of which only describe a dictionary or a tensor, and refuses
/// every other name before it is used, so no code of the file's choosing ever runs.
///
/// Source: Python's `pickletools` module, "A pickle is a program for a virtual pickle machine".
struct PickleMachine {
  /// Elements of tuples and lists; keys and values of dictionaries by turns.
  private(set) var containers: [[PickleValue]] = []
  private(set) var tensors: [StoredTensor] = []
  private var storages: [StoredTensor.Storage] = []

  private var reader: ByteReader
  private var stack: [PickleValue] = []
  /// Heights of the stack where marks lie.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(_ bytes: ArraySlice<UInt8>) {
    reader = ByteReader(bytes)
  }

  /// Runs the pickle and returns the value it ends with.
  mutating func run() throws(StateDictFileError.Reason) -> PickleValue {
    while true {
      let byte: UInt8 = try reader.integer()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw .unsupported(
          "its pickle has the instruction 0x\(String(byte, radix: 16)), which no state dict needs")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  private mutating func execute(_ opcode: PickleOpcode) throws(StateDictFileError.Reason) {
    switch opcode {
    case .proto: _ = try reader.take(1)
    case .frame: _ = try reader.take(8)
    case .stop: break
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .dup: stack.append(try top())
    case .none, .newTrue, .newFalse, .binInt, .binInt1, .binInt2, .long1, .long4, .binFloat:
      stack.append(try number(opcode))
    case .binUnicode, .shortBinUnicode, .binUnicode8, .binString, .shortBinString, .binBytes,
      .shortBinBytes, .binBytes8:
      stack.append(try text(opcode))
    case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .append, .appends, .emptyDict,
      .setItem, .setItems:
      try collect(opcode)
    case .binGet: try recall(try reader.length(UInt8.self))
    case .longBinGet: try recall(try reader.length(UInt32.self))
    case .binPut: memo[try reader.length(UInt8.self)] = try top()
    case .longBinPut: memo[try reader.length(UInt32.self)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .global, .inst, .stackGlobal: stack.append(.global(try global(opcode)))
    case .reduce: stack.append(try call())
    case .build: try build()
    case .binPersID: stack.append(try storage())
    }
  }

  // MARK: - Scalars

  private mutating func number(
    _ opcode: PickleOpcode
  ) throws(StateDictFileError.Reason) -> PickleValue {
    switch opcode {
    case .newTrue: return .boolean(true)
    case .newFalse: return .boolean(false)
    case .binInt: return .integer(Int(try reader.integer(Int32.self)))
    case .binInt1: return .integer(Int(try reader.integer(UInt8.self)))
    case .binInt2: return .integer(Int(try reader.integer(UInt16.self)))
    case .long1: return Self.integer(try reader.take(try reader.length(UInt8.self)))
    case .long4: return Self.integer(try reader.take(try reader.length(UInt32.self)))
    case .binFloat:
      _ = try reader.take(8)
      return .other
    default: return .none
    }
  }

  /// A two's complement number, little-endian, of any length.
  private static func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    guard bytes.count <= 8 else { return .other }
    let sign = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
    return .integer(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) })
  }

  private mutating func text(
    _ opcode: PickleOpcode
  ) throws(StateDictFileError.Reason) -> PickleValue {
    let length =
      switch opcode {
      case .shortBinUnicode, .shortBinString, .shortBinBytes: try reader.length(UInt8.self)
      case .binUnicode8, .binBytes8: try reader.length(UInt64.self)
      default: try reader.length(UInt32.self)
      }
    let bytes = try reader.take(length)
    switch opcode {
    case .binBytes, .shortBinBytes, .binBytes8: return .other
    default:
      guard let string = String(validating: bytes, as: UTF8.self) else {
        throw .damaged("a name in it is not UTF-8")
      }
      return .string(string)
    }
  }

  // MARK: - Containers

  private mutating func collect(_ opcode: PickleOpcode) throws(StateDictFileError.Reason) {
    switch opcode {
    case .emptyList: stack.append(.list(add([])))
    case .emptyDict: stack.append(.dictionary(add([])))
    case .tuple: stack.append(.tuple(add(try popToMark())))
    case .tuple1: stack.append(.tuple(add(try pop(1))))
    case .tuple2: stack.append(.tuple(add(try pop(2))))
    case .tuple3: stack.append(.tuple(add(try pop(3))))
    case .append: try extendList(by: try pop(1))
    case .appends: try extendList(by: try popToMark())
    case .setItem: try extendDictionary(by: try pop(2))
    case .setItems: try extendDictionary(by: try popToMark())
    default: stack.append(.tuple(add([])))
    }
  }

  private mutating func add(_ container: [PickleValue]) -> Int {
    containers.append(container)
    return containers.count - 1
  }

  private mutating func extendList(by items: [PickleValue]) throws(StateDictFileError.Reason) {
    guard case .list(let index) = try top() else { throw .malformed }
    containers[index] += items
  }

  private mutating func extendDictionary(
    by items: [PickleValue]
  ) throws(StateDictFileError.Reason) {
    guard case .dictionary(let index) = try top(), items.count.isMultiple(of: 2) else {
      throw .malformed
    }
    containers[index] += items
  }

  // MARK: - Names and calls

  private mutating func global(
    _ opcode: PickleOpcode
  ) throws(StateDictFileError.Reason) -> PickleGlobal {
    if opcode == .stackGlobal {
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw .malformed
      }
      return try PickleGlobal(module: module, name: name)
    }
    let module = String(decoding: try reader.line(), as: UTF8.self)
    let name = String(decoding: try reader.line(), as: UTF8.self)
    let global = try PickleGlobal(module: module, name: name)
    // `inst` calls what it names, in the way of protocol 0: nothing of torch's does.
    guard opcode == .global else { throw .malformed }
    return global
  }

  private mutating func call() throws(StateDictFileError.Reason) -> PickleValue {
    let operands = try pop(2)
    guard case .global(let function) = operands[0], case .tuple(let index) = operands[1] else {
      throw .malformed
    }
    let arguments = containers[index]
    switch function {
    case .orderedDictionary:
      guard arguments.isEmpty else { throw .malformed }
      return .dictionary(add([]))
    case .rebuildTensor:
      // Storage, offset, shape, strides, requires_grad, hooks, and newer versions' metadata.
      guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
        case .integer(let offset) = arguments[1]
      else { throw .malformed }
      tensors.append(
        try StoredTensor(
          storage: storages[storage], offset: offset, shape: try integers(arguments[2]),
          strides: try integers(arguments[3])))
      return .tensor(tensors.count - 1)
    case .rebuildParameter:
      // Data, requires_grad, hooks.
      guard arguments.count == 3, case .tensor = arguments[0] else { throw .malformed }
      return arguments[0]
    case .storage:
      throw .malformed
    }
  }

  /// Passes over the attributes of a dictionary: an `OrderedDict` of PyTorch's carries `_metadata`.
  private mutating func build() throws(StateDictFileError.Reason) {
    _ = try pop()
    guard case .dictionary = try top() else { throw .malformed }
  }

  /// Replaces a persistent identifier, `('storage', type, key, location, count)`, by its storage.
  private mutating func storage() throws(StateDictFileError.Reason) -> PickleValue {
    guard case .tuple(let index) = try pop(), containers[index].count == 5,
      case .string("storage") = containers[index][0],
      case .global(.storage(let type)) = containers[index][1],
      case .string(let key) = containers[index][2],
      case .integer(let count) = containers[index][4], count >= 0
    else { throw .malformed }
    storages.append(StoredTensor.Storage(key: key, type: type, elementCount: count))
    return .storage(storages.count - 1)
  }

  private func integers(_ value: PickleValue) throws(StateDictFileError.Reason) -> [Int] {
    guard case .tuple(let index) = value else { throw .malformed }
    var result: [Int] = []
    for element in containers[index] {
      guard case .integer(let integer) = element else { throw .malformed }
      result.append(integer)
    }
    return result
  }

  // MARK: - The stack

  private func top() throws(StateDictFileError.Reason) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw .malformed }
    return value
  }

  private mutating func pop() throws(StateDictFileError.Reason) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws(StateDictFileError.Reason) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw .malformed }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(StateDictFileError.Reason) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw .malformed }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func recall(_ index: Int) throws(StateDictFileError.Reason) {
    guard let value = memo[index] else { throw .malformed }
    stack.append(value)
  }
}

extension StateDictFileError.Reason {
  /// The pickle's instructions make no sense.
  static var malformed: Self { .damaged("its pickle is malformed") }
}
