import Foundation
import Records

/// The identity of a record, and the time that it says.
struct RecordIdentity: Sendable {
  let id: String
  let time: Date

  /// A new identity.
  init() {
    time = Date()
    id = RecordID.make(at: time)
  }

  /// An identity that was made before, at a time.
  init(id: String, time: Date) {
    self.id = id
    self.time = time
  }
}
