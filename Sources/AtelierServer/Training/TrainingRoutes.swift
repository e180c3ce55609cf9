import APIKeys
import Dataset
import HTTPTypes
import Hummingbird
import Jobs
import ModelStore
import NIOPosix
import Records
import Retraining
import Training

/// `POST /training` and `POST /training/inspect`: training on users' data, and a look at it before.
struct TrainingRoutes: Sendable {
  let jobs: JobService
  let models: ServedModels
  let datasets: TrainingDatasets
  let uploadLimit: Int
  /// Inspections hold a whole data set in memory.
  private let places = Places(1)

  static let path = "/training"

  init(jobs: JobService, models: ServedModels, datasets: TrainingDatasets, uploadLimit: Int) {
    self.jobs = jobs
    self.models = models
    self.datasets = datasets
    self.uploadLimit = uploadLimit
  }

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .post, Self.path, role: .admin,
        statuses: [202, 400, 401, 403, 409, 413, 415, 422, 429, 503, 507], isUpload: true,
        handler: submit),
      Endpoint(
        .post, Self.path + "/inspect", role: .admin,
        statuses: [200, 400, 401, 403, 413, 415, 422, 429, 503, 507], isUpload: true,
        handler: inspect),
    ]
  }

  @Sendable private func submit(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    guard let store = models.store else {
      throw APIError.conflict("this service has no model store")
    }
    do {
      try TrainingRun.checkLibrary()
    } catch {
      throw APIError.unavailable(.engineUnavailable, error.description, retryAfter: 3_600)
    }
    let job: Job
    do {
      let draft = try await jobs.board.draft()
      let body = try await TrainingUpload(
        request, limit: uploadLimit, spool: { try ArchiveJobUpload.spool(in: draft.input) },
        context: context, logger: jobs.logger)
      try await check(body, store)
      if let upload = body.upload { try await ArchiveJobUpload.save(upload, in: draft.input) }
      job = try await jobs.board.submit(
        draft, kind: .training, parameters: EncodedJSON(body.parameters),
        owner: context.key?.id ?? "")
    } catch {
      throw failure(error)
    }
    return .json(
      JobAnswer.json(job), status: .accepted,
      headers: [
        .location: request.uri.path.replacing(Self.path, with: JobRoutes.path) + "/\(job.id)"
      ])
  }

  /// Refuses at once what could only fail later, when the one who asked has gone.
  private func check(_ body: TrainingUpload, _ store: ModelStore) async throws {
    if body.upload == nil, try await !datasets.hasLabels() {
      throw DatasetError.noLabels(withoutPicture: 0)
    }
    try await NIOThreadPool.singleton.runIfActive { [datasets] in
      if case .version(let name) = body.parameters.from {
        guard (try? store.version(named: name)) != nil else {
          throw APIError.invalidParameter(
            "from must be current, scratch, or a version; there is no model version \(name)")
        }
      }
      if let upload = body.upload { try datasets.checkIsArchive(upload) }
    }
  }

  @Sendable private func inspect(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    guard let place = places.take() else {
      throw APIError.unavailable(
        .overloaded, "another data set is being inspected; try again", retryAfter: 5)
    }
    defer { withExtendedLifetime(place) {} }
    do {
      let body = try await TrainingUpload(
        request, limit: uploadLimit, spool: { try TemporaryFile() }, context: context,
        logger: jobs.logger)
      let labelled =
        body.upload == nil ? try await UserDataset.labelledPredictions(of: datasets.store) : nil
      let inspection = try await NIOThreadPool.singleton.runIfActive { [datasets] in
        let dataset = try body.upload.map { upload throws(DatasetError) in
          try datasets.dataset(of: upload)
        }
        guard let dataset = dataset ?? labelled else { return OrderedJSON.null }
        return try datasets.inspection(of: dataset, parameters: body.parameters)
      }
      return .json(inspection, headers: [.cacheControl: "no-store"])
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: any Error) -> APIError {
    switch error {
    case let error as APIError: error
    case let error as TemporaryFile.Failure: .uploadNotKept(error)
    case let error as JobError: .unavailable(.overloaded, error.description, retryAfter: 60)
    case let error as DatasetError:
      APIError(
        status: .unprocessableContent, code: .invalidDataset, message: error.description)
    default: jobs.unavailable(error)
    }
  }
}
