import Networks
import OrderedCollections

/// Finds the state dict in the bytes of a file.
struct StateDictReader {
  /// Keys under which training loops save a model's state dict beside other things.
  private static let nestedKeys = ["state_dict", "model_state_dict", "model", "net", "network"]
  /// More than the descriptions of 20,000 tensors take; an instruction of one byte can make an object
  /// of fifty.
  private static let maximumPickleSize = 4 << 20
  /// The most numbers the tensors may have together: it bounds what a small file can make of us,
  /// since any number of tensors may repeat the same storage.
  private static let maximumElementCount = 1 << 28
  /// How `torch.save` began its files before PyTorch 1.6: a pickle of a number that spells "torch".
  private static let legacyMagic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  private let contents: [String: ArraySlice<UInt8>]
  /// The folder that all entries of the archive lie in.
  private let folder: String
  private var machine: PickleMachine

  init(_ bytes: [UInt8]) throws(StateDictFileError.Reason) {
    guard !bytes.starts(with: Self.legacyMagic) else { throw .legacyFormat }
    guard ZipArchive.isArchive(bytes) else {
      throw .damaged("it does not begin like a file of torch.save")
    }
    contents = try ZipArchive(bytes).contents
    let pickles = contents.filter { $0.key.hasSuffix("/data.pkl") }
    guard let pickle = pickles.first, pickles.count == 1 else {
      throw .notStateDict("it is a ZIP archive, but not one of torch.save")
    }
    folder = String(pickle.key.dropLast("data.pkl".count))
    guard contents[folder + "constants.pkl"] == nil else {
      throw .notStateDict("it is a TorchScript program; save its state_dict() with torch.save")
    }
    if let order = contents[folder + "byteorder"], !order.elementsEqual("little".utf8) {
      throw .unsupported("it was written on a big-endian machine; save it again on another")
    }
    guard pickle.value.count <= Self.maximumPickleSize else {
      throw .unsupported("its pickle is larger than \(Self.maximumPickleSize) bytes")
    }
    machine = PickleMachine(pickle.value)
  }

  mutating func read() throws(StateDictFileError.Reason) -> StateDict {
    let root = try machine.run()
    guard let items = try items(of: root) else {
      throw .notStateDict("it holds \(root.typeName), not a dict of tensors")
    }
    return try stateDict(holdsTensors(items) ? items : try nested(in: items))
  }

  private func nested(
    in items: OrderedDictionary<String, PickleValue>
  ) throws(StateDictFileError.Reason) -> OrderedDictionary<String, PickleValue> {
    var found: OrderedDictionary<String, OrderedDictionary<String, PickleValue>> = [:]
    for (key, value) in items {
      // Other dictionaries of a checkpoint, such as an optimiser's, may have keys of any type.
      if let inner = try? self.items(of: value), holdsTensors(inner) { found[key] = inner }
    }
    if let key = Self.nestedKeys.first(where: { found[$0] != nil }), let inner = found[key] {
      return inner
    }
    guard let only = found.values.first else { throw .notStateDict("it holds no tensors") }
    guard found.count == 1 else {
      throw .notStateDict(
        "it holds several, \(found.keys.joined(separator: ", ")); save the one to use")
    }
    return only
  }

  private func holdsTensors(_ items: OrderedDictionary<String, PickleValue>) -> Bool {
    items.values.contains { if case .tensor = $0 { true } else { false } }
  }

  /// The items of a dictionary, of equal keys the last value; `nil` when the value is none.
  private func items(
    of value: PickleValue
  ) throws(StateDictFileError.Reason) -> OrderedDictionary<String, PickleValue>? {
    guard case .dictionary(let index) = value else { return nil }
    let flat = machine.containers[index]
    var items: OrderedDictionary<String, PickleValue> = [:]
    for position in stride(from: 0, to: flat.count, by: 2) {
      guard case .string(let key) = flat[position] else {
        throw .notStateDict("a key in it is \(flat[position].typeName), not a str")
      }
      items[key] = flat[position + 1]
    }
    return items
  }

  private func stateDict(
    _ items: OrderedDictionary<String, PickleValue>
  ) throws(StateDictFileError.Reason) -> StateDict {
    var result = StateDict()
    var elementCount = 0
    for (name, value) in items {
      guard case .tensor(let index) = value else {
        throw .notStateDict("\(name) is \(value.typeName), not a tensor")
      }
      let tensor = machine.tensors[index]
      guard let decode = tensor.storage.type.decode else {
        guard name.hasSuffix("num_batches_tracked") else {
          throw .unsupported("the parameter \(name) holds integers, not floating-point numbers")
        }
        continue
      }
      guard tensor.elementCount <= Self.maximumElementCount - elementCount else {
        throw .unsupported("it has more than \(Self.maximumElementCount) parameters")
      }
      elementCount += tensor.elementCount
      result[name] = ParameterTensor(
        shape: tensor.shape,
        values: tensor.values(in: try content(of: tensor.storage), decode: decode))
    }
    return result
  }

  private func content(
    of storage: StoredTensor.Storage
  ) throws(StateDictFileError.Reason) -> ArraySlice<UInt8> {
    guard let content = contents["\(folder)data/\(storage.key)"] else {
      throw .damaged("the storage \(storage.key) is missing")
    }
    // Divided rather than multiplied: the count is the file's own claim and may be any number.
    let (count, remainder) = content.count.quotientAndRemainder(dividingBy: storage.type.size)
    guard remainder == 0, count == storage.elementCount else {
      throw .damaged("the storage \(storage.key) has another size than its tensors say")
    }
    return content
  }
}
