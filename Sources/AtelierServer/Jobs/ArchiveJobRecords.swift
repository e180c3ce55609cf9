import Foundation
import Hashing
import Records

/// The identities of the records of a job: the same whenever the job comes to a picture again, so that
/// none is stored twice, though they say to the second when the picture was classified.
///
/// The pictures are cut into runs. The time of a run is written down before the first of its records is
/// stored; the place of a picture in its run and a hash make the rest of the identity.
struct ArchiveJobRecords: Codable, Sendable {
  /// Pictures that are classified in the same second or so.
  private struct Run: Codable {
    /// The place of the first of them.
    let first: Int
    /// The time that their identities say, in milliseconds since 1970.
    let milliseconds: Int

    var time: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }
  }

  /// Identities of one time sort by 12 bits.
  private static let runLimit = 4_096
  private static let runDuration = 1.0

  private var runs: [Run] = []
  /// Pictures before this place may have been stored with the identities of the runs there are.
  private var reserved = 0

  private enum CodingKeys: String, CodingKey {
    case runs
  }

  /// Goes on after a process was killed.
  ///
  /// - Parameters:
  ///   - place: The first picture that is not known to be stored.
  ///   - count: The most pictures that were under way.
  mutating func resume(at place: Int, underWay count: Int) {
    reserved = runs.isEmpty ? 0 : place + count
  }

  /// Whether the picture at a place begins a new run: ``begin(at:time:done:)`` then.
  func needsRun(at place: Int, time: Date) -> Bool {
    guard let last = runs.last, place >= last.first else { return runs.isEmpty }
    return place - last.first >= Self.runLimit
      || (place >= reserved && time.timeIntervalSince(last.time) >= Self.runDuration)
  }

  /// Begins a run.
  ///
  /// - Parameter done: Pictures before this place are never asked for again.
  mutating func begin(at place: Int, time: Date, done: Int) {
    while runs.count > 1, runs[1].first <= done { runs.removeFirst() }
    runs.append(
      Run(first: place, milliseconds: Int((time.timeIntervalSince1970 * 1_000).rounded(.down))))
  }

  /// The identity of the record of the picture at a place, which must belong to a run.
  func identity(ofJob job: String, at place: Int) -> RecordIdentity? {
    guard let run = runs.last(where: { $0.first <= place }) else { return nil }
    let seed = ContentHash.sha256Number(of: Data("\(job)/\(place)".utf8))
    return RecordIdentity(
      id: RecordID.make(at: run.time, sequence: place - run.first, seed: seed), time: run.time)
  }
}
