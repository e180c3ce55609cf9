/// The type of a tensor's numbers in a file.
enum ElementType: Hashable {
  case float16
  case bfloat16
  case float32
  case float64
  /// Integers or truth values of a number of bytes.
  case integer(size: Int)

  /// The type of the numbers in one of PyTorch's storage classes.
  init?(storageName: String) {
    switch storageName {
    case "HalfStorage": self = .float16
    case "BFloat16Storage": self = .bfloat16
    case "FloatStorage": self = .float32
    case "DoubleStorage": self = .float64
    case "LongStorage": self = .integer(size: 8)
    case "IntStorage": self = .integer(size: 4)
    case "ShortStorage": self = .integer(size: 2)
    case "CharStorage", "ByteStorage", "BoolStorage": self = .integer(size: 1)
    default: return nil
    }
  }

  /// Bytes a number.
  var size: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    case .integer(let size): size
    }
  }

  /// Reads the number at an offset, little-endian, rounded to 32 bits; `nil` for integers, which
  /// are no parameters.
  var decode: ((UnsafeRawBufferPointer, _ offset: Int) -> Float)? {
    switch self {
    case .float16: { Float(Float16(bitPattern: Self.bits(UInt16.self, $0, $1))) }
    case .bfloat16: { Float(bitPattern: UInt32(Self.bits(UInt16.self, $0, $1)) << 16) }
    case .float32: { Float(bitPattern: Self.bits(UInt32.self, $0, $1)) }
    case .float64: { Float(Double(bitPattern: Self.bits(UInt64.self, $0, $1))) }
    case .integer: nil
    }
  }

  private static func bits<Bits: FixedWidthInteger & BitwiseCopyable>(
    _: Bits.Type, _ bytes: UnsafeRawBufferPointer, _ offset: Int
  ) -> Bits {
    Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self))
  }
}
