/// Does the jobs of one kind.
///
/// A job may be begun more than once: its worker may be killed, or be told to stop. A handler therefore
/// goes on from what is left in ``JobContext/folder`` and ``JobContext/checkpoint``, and makes sure that
/// what it does outside the folder is not done twice.
///
/// A worker does one job of a kind at a time, jobs of different kinds at once.
public protocol JobHandler: Sendable {
  /// The kind of the jobs.
  var kind: JobKind { get }

  /// Does a job, or what is left of it.
  ///
  /// The task is cancelled when somebody cancels the job, or the worker has to stop: return soon then,
  /// by throwing `CancellationError`. A job that is cancelled for the worker's sake goes on later, here
  /// or elsewhere. Work that blocks its thread belongs in ``JobContext/blocking(_:)``.
  ///
  /// - Returns: What came of it, as a JSON object.
  /// - Throws: ``JobFailure`` when it cannot be done; it is not tried again then.
  func run(_ job: Job, in context: JobContext) async throws -> EncodedJSON
}
