import Crypto
import Foundation

/// The SHA-256 of a key's secret.
///
/// A fast hash is right here: generated secrets have 256 random bits, so that nobody can go through
/// them, however fast the hash; slow hashes are for passwords that people choose.
public struct SecretHash: Sendable, Hashable {
  private let bytes: [UInt8]

  /// Hashes a secret.
  public init(of secret: String) {
    var hash = SHA256()
    var secret = secret
    secret.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    bytes = hash.finalize().withUnsafeBytes { Array($0) }
  }

  /// The hash in 64 lowercase hexadecimal digits.
  public var hexadecimal: String { bytes.hexadecimal }

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
    let digits = Array(try container.decode(String.self).utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
    }
    guard digits.count == 64, bytes.count == 32 else {
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
