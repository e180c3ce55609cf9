import Networks

/// Writes the pickle (protocol 2) that describes a state dict: an `OrderedDict` of tensors, each the
/// whole of a storage of its own.
struct StateDictPickle {
  private(set) var bytes: [UInt8] = []

  init(_ stateDict: StateDict) {
    bytes += [PickleOpcode.proto.rawValue, 2]
    appendEmptyOrderedDictionary()
    append(.mark)
    for (index, (name, tensor)) in stateDict.tensors.enumerated() {
      append(name)
      append(tensor, storageKey: String(index))
    }
    append(.setItems)
    append(.stop)
  }

  private mutating func append(_ tensor: ParameterTensor, storageKey: String) {
    appendGlobal("torch._utils", "_rebuild_tensor_v2")
    append(.mark)
    append(.mark)
    append("storage")
    appendGlobal("torch", "FloatStorage")
    append(storageKey)
    append("cpu")
    append(tensor.values.count)
    append(.tuple)
    append(.binPersID)
    append(0)
    append(tensor.shape)
    append(Self.strides(of: tensor.shape))
    append(.newFalse)  // requires_grad
    appendEmptyOrderedDictionary()  // hooks
    append(.tuple)
    append(.reduce)
  }

  /// Row-major strides, as PyTorch counts them: a dimension without elements steps as if it had one.
  private static func strides(of shape: [Int]) -> [Int] {
    var strides: [Int] = []
    var step = 1
    for size in shape.reversed() {
      strides.append(step)
      step *= max(size, 1)
    }
    return strides.reversed()
  }

  private mutating func append(_ opcode: PickleOpcode) {
    bytes.append(opcode.rawValue)
  }

  private mutating func append(_ text: String) {
    append(.binUnicode)
    bytes.append(littleEndian: UInt32(text.utf8.count))
    bytes += text.utf8
  }

  private mutating func append(_ value: Int) {
    if let small = UInt8(exactly: value) {
      append(.binInt1)
      bytes.append(small)
    } else if let medium = Int32(exactly: value) {
      append(.binInt)
      bytes.append(littleEndian: medium)
    } else {
      append(.long1)
      bytes.append(8)
      bytes.append(littleEndian: value)
    }
  }

  private mutating func append(_ values: [Int]) {
    append(.mark)
    for value in values { append(value) }
    append(.tuple)
  }

  private mutating func appendGlobal(_ module: String, _ name: String) {
    append(.global)
    bytes += "\(module)\n\(name)\n".utf8
  }

  private mutating func appendEmptyOrderedDictionary() {
    appendGlobal("collections", "OrderedDict")
    append(.emptyTuple)
    append(.reduce)
  }
}
