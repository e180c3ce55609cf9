import Records

/// The identities by which requests are found again in logs, records and answers.
enum RequestIdentity {
  static let lengthLimit = 128

  /// A new identity, which sorts by time.
  static func make() -> String { RecordID.make() }

  /// The caller's identity for its request, if it can safely be repeated in logs and headers.
  static func accepted(_ value: String?) -> String? {
    guard let value, (1...lengthLimit).contains(value.utf8.count), value.utf8.allSatisfy(isPlain)
    else { return nil }
    return value
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: "-_.:/+=@".utf8.contains(byte)
    }
  }
}
