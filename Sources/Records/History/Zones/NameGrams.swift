/// The hashes of all that file names have in them of one, two or three characters.
///
/// A name that contains a text has all of the text's grams. Where one of them is missing, no name contains the
/// text; that all are there says nothing.
struct NameGrams: Sendable {
  /// Hashes of one set, at most; where names are more varied than this, nearly every text would be there.
  static let limit = 8_192

  private var bits = [UInt64](repeating: 0, count: 1 << 10)

  /// Adds the grams of a name.
  mutating func insert(_ name: String) {
    Self.forEach(in: name) { bits[Int($0 >> 6)] |= 1 << UInt64($0 & 63) }
  }

  /// The hashes in ascending order, two bytes each, the lower one first; `nil` when there are too many.
  var bytes: [UInt8]? {
    let count = bits.reduce(0) { $0 + $1.nonzeroBitCount }
    guard count <= Self.limit else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * count)
    for (index, word) in bits.enumerated() {
      var rest = word
      while rest != 0 {
        let hash = index << 6 | rest.trailingZeroBitCount
        bytes.append(UInt8(hash & 255))
        bytes.append(UInt8(hash >> 8))
        rest &= rest - 1
      }
    }
    return bytes
  }

  /// The hashes of a text, each once.
  static func hashes(of text: String) -> [UInt16] {
    var hashes: Set<UInt16> = []
    forEach(in: text) { hashes.insert($0) }
    return hashes.sorted()
  }

  /// Whether a set, as ``bytes`` has it, holds all of some hashes.
  static func contain(_ bytes: UnsafeRawBufferPointer, _ hashes: [UInt16]) -> Bool {
    hashes.allSatisfy { hash in
      var (low, high) = (0, bytes.count / 2)
      while low < high {
        let middle = (low + high) / 2
        let found = UInt16(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * middle, as: UInt16.self))
        if found == hash { return true }
        if found < hash { low = middle + 1 } else { high = middle }
      }
      return false
    }
  }

  private static func forEach(in text: String, _ body: (UInt16) -> Void) {
    var (first, second): (UInt32, UInt32) = (0, 0)
    for scalar in text.unicodeScalars {
      let third = fold(scalar)
      body(hash(0, 0, third))
      if second != 0 { body(hash(0, second, third)) }
      if first != 0 { body(hash(first, second, third)) }
      (first, second) = (second, third)
    }
  }

  /// What the databases take for equal when they ignore the case is equal then. PostgreSQL keeps another
  /// character for U+0000; no character is 0.
  private static func fold(_ scalar: Unicode.Scalar) -> UInt32 {
    switch scalar.value {
    case 0: 0xFFFD
    case 65...90: scalar.value + 32
    case ..<128: scalar.value
    default: scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value
    }
  }

  private static func hash(_ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt16 {
    // Fibonacci hashing of 63 bits: a character has 21.
    let gram = UInt64(first) << 42 | UInt64(second) << 21 | UInt64(third)
    let mixed = (gram ^ gram >> 31) &* 0x9E37_79B9_7F4A_7C15
    return UInt16(truncatingIfNeeded: ((mixed ^ mixed >> 29) &* 0xBF58_476D_1CE4_E5B9) >> 48)
  }
}
