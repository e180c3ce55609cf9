public import Foundation

/// Something that happened to a job and is worth keeping: its states, and what its handler notes, such
/// as the result of an epoch. Progress is no event: only the latest counts.
public struct JobEvent: Sendable, Hashable {
  /// The name of changes of state, whose data are `{"state": …, "attempt": …}`.
  public static let stateName = "state"

  /// Its place among the events of the job, from 1 on, without gaps.
  public let number: Int
  /// When it was noted.
  public let time: Date
  /// What kind of event it is: lowercase letters and underscores.
  public let name: String
  /// What there is to say of it, as a JSON object.
  public let data: EncodedJSON

  /// The data of a change of state.
  static func data(of state: JobState, attempt: Int) -> EncodedJSON {
    EncodedJSON(encoded: #"{"attempt":\#(attempt),"state":"\#(state.rawValue)"}"#)
  }

  /// Describes an event.
  public init(number: Int, time: Date, name: String, data: EncodedJSON) {
    self.number = number
    self.time = time
    self.name = name
    self.data = data
  }
}
