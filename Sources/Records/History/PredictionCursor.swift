import Hashing

/// A place in the history: what follows is older than the record it names.
///
/// A record's identity starts with its time, so it alone says where to go on. Records that are added
/// meanwhile are newer than any place that was handed out, so they neither move it nor show up behind
/// it.
public struct PredictionCursor: Sendable, Hashable {
  /// The identity of the last record before the place.
  let id: String

  init(after id: String) {
    self.id = id
  }

  /// Reads the text of a cursor; `nil` when it is not one that was handed out.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.digits + Self.checkDigits else { return nil }
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map {
      String(decoding: bytes[$0], as: UTF8.self)
    }
    let id = parts.joined(separator: "-")
    guard RecordID.isWellFormed(id), PredictionCursor(after: id).description == text else {
      return nil
    }
    self.id = id
  }

  private static let digits = 32
  private static let checkDigits = 8
}

extension PredictionCursor: CustomStringConvertible {
  /// The cursor as text: the identity's digits, and eight that tell a mistyped cursor from a real one.
  public var description: String {
    id.replacing("-", with: "") + ContentHash.sha256(of: Array("cursor \(id)".utf8)).prefix(8)
  }
}
