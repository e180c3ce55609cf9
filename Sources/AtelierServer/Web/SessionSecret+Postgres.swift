import Crypto
import Foundation
import PostgreSQL

extension SessionSecret {
  private static let name = "session"

  /// Reads the secret that the servers of a database share, which is made when it is missing: who has
  /// signed in at one of them is signed in at all.
  ///
  /// - Throws: ``SessionSecretError`` when the database cannot be read or written.
  init(sharedIn pool: PostgresPool) throws(SessionSecretError) {
    let new = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    let bytes: [UInt8]?
    do throws(PostgresError) {
      bytes = try pool.blockingTransaction { connection throws(PostgresError) in
        // Of servers that start together, the first one's stays.
        try connection.query(
          """
          INSERT INTO service_secrets (name, value) VALUES ($1, $2::bytea)
          ON CONFLICT (name) DO NOTHING
          """, [Self.name, PostgresText.bytes(new)])
        let rows = try connection.query(
          "SELECT value FROM service_secrets WHERE name = $1", [Self.name]
        ).rows
        return try rows.first.flatMap { row throws(PostgresError) in
          PostgresText.bytes(of: try row.text("value"))
        }
      }
    } catch {
      throw SessionSecretError(path: "in \(pool.address)", reason: "\(error)")
    }
    guard let bytes, bytes.count == 32 else {
      throw SessionSecretError(path: "in \(pool.address)", reason: "it does not have 32 bytes")
    }
    self.init(bytes: bytes)
  }
}
