import APIKeys
import Crypto
import Files
public import Foundation

/// The secret that sessions are signed with.
///
/// It is kept in a file that only its owner can read, so that people stay signed in when the service
/// is started again.
public struct SessionSecret: Sendable {
  let key: SymmetricKey

  /// A secret that was made before, of 32 bytes.
  init(bytes: [UInt8]) {
    key = SymmetricKey(data: bytes)
  }

  /// Makes a secret that nothing keeps.
  public init() {
    key = SymmetricKey(size: .bits256)
  }

  /// Reads the secret of a file, which is made when it is missing: of servers that start together, the
  /// first one's stays.
  ///
  /// - Throws: ``SessionSecretError`` when the file cannot be read or written, or is no secret.
  public init(file: URL) throws(SessionSecretError) {
    let path = file.path
    let bytes: [UInt8]
    do throws(FileError) {
      if !FileManager.default.fileExists(atPath: path) {
        let new = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        _ = try FileContents.writeIfMissing(new, to: path, permissions: 0o600)
      }
      bytes = try FileContents.read(from: path, limit: 1_024)
    } catch {
      throw SessionSecretError(path: path, reason: error.reason)
    }
    guard bytes.count == 32 else {
      throw SessionSecretError(
        path: path, reason: "it has \(bytes.count) bytes and not 32; remove it to make a new one")
    }
    self.init(bytes: bytes)
  }
}
