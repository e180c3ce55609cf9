public import Foundation

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
    let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1_000))
    let high = milliseconds << 16 | 0x7000 | generator.next() & 0x0fff
    let low = 0x8000_0000_0000_0000 | generator.next() >> 2
    return format(high: high, low: low)
  }

  /// A new identity with bits from the system's generator.
  public static func make(at date: Date = Date()) -> String {
    var generator = SystemRandomNumberGenerator()
    return make(at: date, using: &generator)
  }

  private static func format(high: UInt64, low: UInt64) -> String {
    String(unsafeUninitializedCapacity: 36) { characters in
      var position = 0
      for nibble in 0..<32 {
        if [8, 12, 16, 20].contains(nibble) {
          characters[position] = UInt8(ascii: "-")
          position += 1
        }
        let half = nibble < 16 ? high : low
        let digit = UInt8(half >> UInt64(60 - nibble % 16 * 4) & 15)
        characters[position] = digit < 10 ? 48 + digit : 87 + digit
        position += 1
      }
      return position
    }
  }
}
