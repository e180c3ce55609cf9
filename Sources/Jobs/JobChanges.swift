public import Foundation

/// What a handler has told of a job and the database does not have yet.
public struct JobChanges: Sendable {
  /// An event that has no number yet.
  public struct Event: Sendable {
    /// When it was noted.
    public let time: Date
    /// What kind of event it is.
    public let name: String
    /// What there is to say of it, as a JSON object.
    public let data: EncodedJSON
  }

  /// How far the job has come, if it was told.
  public var progress: JobProgress?
  /// Where the next attempt may go on, if it was told.
  public var checkpoint: EncodedJSON?
  /// New events.
  public var events: [Event] = []

  /// Nothing.
  public init() {}

  var isEmpty: Bool { progress == nil && checkpoint == nil && events.isEmpty }

  /// Puts older changes, which could not be stored, before these.
  mutating func prepend(_ older: JobChanges) {
    progress = progress ?? older.progress
    checkpoint = checkpoint ?? older.checkpoint
    events = older.events + events
  }
}
