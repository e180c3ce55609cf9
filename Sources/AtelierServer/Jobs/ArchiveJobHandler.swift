import Archives
import Jobs
import SystemPackage

/// Classifies uploads of many pictures as jobs: through the same pipeline as everything else, each
/// picture once, whatever happens to the process.
struct ArchiveJobHandler: JobHandler {
  let service: PredictionService
  let batches: BatchService
  let pictureLimit: Int
  let archiveLimits: ArchiveLimits

  let kind = JobKind.archive

  func run(_ job: Job, in context: JobContext) async throws -> EncodedJSON {
    do {
      return try await ArchiveJobRun(job, handler: self, context: context).run()
    } catch let error as APIError {
      throw JobFailure(code: error.code.rawValue, message: error.message)
    } catch Errno.noSpace, Errno.diskQuotaExceeded {
      throw JobFailure(
        code: APIError.Code.storageFull.rawValue,
        message: "the disk of the service has no room for the results")
    }
  }
}
