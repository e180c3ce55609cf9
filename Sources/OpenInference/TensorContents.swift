/// The elements of a tensor, row-major.
public enum TensorContents: Sendable, Hashable {
  /// Of a tensor of `BOOL`.
  case bools([Bool])
  /// Of a tensor of `UINT8`.
  case bytes([UInt8])
  /// Of a tensor of `FP32`.
  case floats([Float])
  /// Of a tensor of `BYTES`.
  case strings([[UInt8]])

  /// How many elements there are.
  public var count: Int {
    switch self {
    case .bools(let values): values.count
    case .bytes(let values): values.count
    case .floats(let values): values.count
    case .strings(let values): values.count
    }
  }

  /// The kind of the elements.
  public var datatype: TensorDatatype {
    switch self {
    case .bools: .bool
    case .bytes: .uint8
    case .floats: .fp32
    case .strings: .bytes
    }
  }
}

extension TensorContents {
  /// Elements of `UINT8`, from numbers of a kind that has more values.
  ///
  /// - Parameters:
  ///   - numbers: The elements.
  ///   - name: The tensor's name.
  ///   - convert: The byte that a number is; `nil` when it is none.
  /// - Throws: ``OpenInferenceError`` when a number is no byte.
  public init<Number>(
    bytes numbers: [Number], ofTensor name: String, _ convert: (Number) -> UInt8?
  ) throws(OpenInferenceError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count)
    for number in numbers {
      guard let byte = convert(number) else {
        throw .invalid("input \(name) of UINT8 has the element \(number)")
      }
      bytes.append(byte)
    }
    self = .bytes(bytes)
  }

  /// Reads elements in raw form: little-endian numbers without gaps, or strings each behind its length
  /// in four bytes.
  ///
  /// Source: Open Inference Protocol 2, binary tensor data extension.
  ///
  /// - Throws: ``OpenInferenceError`` when the bytes are not whole elements.
  public init(
    raw: some RandomAccessCollection<UInt8>, as datatype: TensorDatatype, ofTensor name: String
  ) throws(OpenInferenceError) {
    switch datatype {
    case .bool: self = .bools(raw.map { $0 != 0 })
    case .uint8: self = .bytes(Array(raw))
    case .fp32:
      guard raw.count.isMultiple(of: 4) else {
        throw .invalid("the \(raw.count) bytes of input \(name) are no whole FP32 numbers")
      }
      self = .floats(
        Array(raw).withUnsafeBytes { bytes in
          stride(from: 0, to: bytes.count, by: 4).map { offset in
            let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
          }
        })
    case .bytes: self = .strings(try Self.strings(Array(raw), name))
    }
  }

  private static func strings(
    _ raw: [UInt8], _ name: String
  ) throws(OpenInferenceError) -> [[UInt8]] {
    var strings: [[UInt8]] = []
    var rest = raw[...]
    while !rest.isEmpty {
      guard rest.count >= 4 else { throw .invalid(Self.cutShort(name)) }
      let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard rest.count >= length else { throw .invalid(Self.cutShort(name)) }
      strings.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return strings
  }

  private static func cutShort(_ name: String) -> String {
    "the raw data of input \(name) ends inside an element; BYTES have a length of four bytes, "
      + "little-endian, before each"
  }

  /// The elements in raw form, as ``init(raw:as:ofTensor:)`` reads them.
  public var raw: [UInt8] {
    switch self {
    case .bools(let values): values.map { $0 ? 1 : 0 }
    case .bytes(let values): values
    case .floats(let values): values.flatMap { Self.littleEndian($0.bitPattern) }
    case .strings(let values):
      values.flatMap { Self.littleEndian(UInt32(truncatingIfNeeded: $0.count)) + $0 }
    }
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
