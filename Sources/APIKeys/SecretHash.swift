import Foundation
import Hashing
import Hexadecimal

/// The SHA-256 of a key's secret.
///
/// A fast hash is right here: generated secrets have 256 random bits, so that nobody can go through
/// them, however fast the hash; slow hashes are for passwords that people choose.
public struct SecretHash: Sendable, Hashable {
  private let bytes: [UInt8]

  /// Hashes a secret.
  public init(of secret: String) {
    bytes = ContentHash.sha256Digest(of: Array(secret.utf8))
  }

  /// The hash in 64 lowercase hexadecimal digits.
  public var hexadecimal: String { Hexadecimal.text(of: bytes) }

  /// Compares two hashes in a time that does not depend on where they differ.
  public func matches(_ other: SecretHash) -> Bool {
    var difference: UInt8 = 0
    for (first, second) in zip(bytes, other.bytes) { difference |= first ^ second }
    return difference == 0 && bytes.count == other.bytes.count
  }
}

extension SecretHash: Codable {
  /// Reads 64 hexadecimal digits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let digits = try container.decode(String.self)
    guard let bytes = Hexadecimal.bytes(of: digits), bytes.count == 32 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a hash has 64 hexadecimal digits")
    }
    self.bytes = bytes
  }

  /// Writes 64 hexadecimal digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hexadecimal)
  }
}
