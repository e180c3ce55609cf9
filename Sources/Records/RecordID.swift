public import Foundation
import Hexadecimal
import Randomness

/// Makes identities that sort by the time they were made: UUIDs of version 7 (RFC 9562, section 5.7).
public enum RecordID {
  /// A new identity.
  ///
  /// - Parameters:
  ///   - date: The time, of which milliseconds are kept in the leading 48 bits.
  ///   - generator: Where the 74 random bits come from.
  /// - Returns: The 36 characters of the UUID, in lowercase.
  public static func make(
    at date: Date = Date(), using generator: inout some RandomNumberGenerator
  ) -> String {
    let high = UInt64(Timestamp.milliseconds(of: date)) << 16 | 0x7000 | generator.next() & 0x0fff
    let low = 0x8000_0000_0000_0000 | generator.next() >> 2
    return format(high: high, low: low)
  }

  /// A new identity with bits from the system's generator.
  public static func make(at date: Date = Date()) -> String {
    var generator = RandomBits()
    return make(at: date, using: &generator)
  }

  /// The identity of one of many things whose identities are the same each time they are made.
  ///
  /// - Parameters:
  ///   - date: The time, of which milliseconds are kept.
  ///   - sequence: Its place among those of the same time, from 0 to 4095. Identities sort by it (RFC
  ///     9562, section 6.2, method 1).
  ///   - seed: Where the other 62 bits come from: the upper bits of a hash of what it is.
  public static func make(at date: Date, sequence: Int, seed: UInt64) -> String {
    let high = UInt64(Timestamp.milliseconds(of: date)) << 16 | 0x7000 | UInt64(sequence) & 0x0fff
    return format(high: high, low: 0x8000_0000_0000_0000 | seed >> 2)
  }

  /// When an identity was made, to the millisecond; `nil` when the text is no identity.
  public static func date(of id: String) -> Date? {
    guard isWellFormed(id),
      let milliseconds = Int(id.replacing("-", with: "").prefix(12), radix: 16)
    else { return nil }
    return Timestamp.date(milliseconds: milliseconds)
  }

  /// Whether a text is written as ``make(at:)`` writes identities.
  public static func isWellFormed(_ id: String) -> Bool {
    id.utf8.count == 36
      && id.utf8.enumerated().allSatisfy { position, byte in
        switch position {
        case 8, 13, 18, 23: byte == UInt8(ascii: "-")
        default: (48...57).contains(byte) || (97...102).contains(byte)
        }
      }
  }

  /// A text that sorts before the identities made at or after a time, and after those made before.
  static func lowerBound(at date: Date) -> String {
    format(high: UInt64(Timestamp.milliseconds(of: date)) << 16, low: 0)
  }

  /// An identity that none is less than.
  static let leastBound = "00000000-0000-0000-0000-000000000000"

  /// An identity that no other is greater than; none that is made is this one.
  static let upperBound = "ffffffff-ffff-ffff-ffff-ffffffffffff"

  private static func format(high: UInt64, low: UInt64) -> String {
    String(unsafeUninitializedCapacity: 36) { characters in
      var position = 0
      for nibble in 0..<32 {
        if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
          characters[position] = UInt8(ascii: "-")
          position += 1
        }
        let half = nibble < 16 ? high : low
        let value = UInt8(half >> UInt64(60 - nibble % 16 * 4) & 15)
        characters[position] = Hexadecimal.digit(value)
        position += 1
      }
      return position
    }
  }
}
