import APIKeys
import Archives
import Classification
import Foundation
import HTTPTypes
import Hummingbird
import Jobs
import Logging
import NIOCore
import NIOPosix
import Records

/// `POST /jobs` and what belongs to it: uploads that are classified after they were sent, and all other
/// jobs.
struct JobRoutes: Sendable {
  let jobs: JobService
  let feed: JobEventFeed
  let service: PredictionService
  let connections: Connections
  let uploadLimit: Int
  let pictureLimit: Int
  let archiveLimits: ArchiveLimits

  static let path = "/jobs"

  var endpoints: [Endpoint] {
    let one = Self.path + "/{id}"
    return [
      Endpoint(
        .post, Self.path, role: .predict,
        statuses: [202, 400, 401, 403, 413, 415, 422, 429, 503, 507], isUpload: true,
        handler: submit),
      Endpoint(
        .get, Self.path, role: .predict, statuses: [200, 401, 403, 422, 429, 503], handler: list),
      Endpoint(.get, one, role: .predict, statuses: Self.statuses) { request, context in
        .json(JobAnswer.json(try await job(context)), headers: [.cacheControl: "no-store"])
      },
      Endpoint(
        .delete, one, role: .predict, statuses: [200, 202, 204, 401, 403, 404, 429, 503],
        handler: end),
      Endpoint(
        .get, one + "/events", role: .predict, statuses: [200, 204, 401, 403, 404, 422, 429, 503],
        handler: events),
      Endpoint(
        .get, one + "/results", role: .predict, statuses: Self.statuses, handler: results),
    ]
  }

  private static let statuses = [200, 401, 403, 404, 429, 503]

  private static func key(_ context: ServiceContext) throws(APIError) -> APIKey {
    guard let key = context.key else { throw .internalError }
    return key
  }

  private func job(_ context: ServiceContext) async throws(APIError) -> Job {
    try await jobs.job(id: context.parameters.get("id") ?? "", key: try Self.key(context))
  }

  @Sendable private func submit(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let key = try Self.key(context)
    let parameters = try PredictionParameters(request)
    let engine = try BatchRoute.engine(request)
    let classifier = try await service.classifier(
      engine, version: parameters.modelVersion, notes: context.notes)
    let job: Job
    do {
      let draft = try await jobs.board.draft()
      let upload = try await BatchUpload(
        request, limit: uploadLimit, spool: ArchiveJobUpload.spool(in: draft.input),
        context: context, logger: jobs.logger)
      let pictures = BatchPictures(
        upload, pictureLimit: pictureLimit, archiveLimits: archiveLimits)
      _ = try await pictures.first(checkedWith: classifier, parameters.preprocessing)
      try await ArchiveJobUpload.save(upload, in: draft.input)
      job = try await jobs.board.submit(
        draft, kind: .archive,
        parameters: EncodedJSON(
          ArchiveJobParameters(classifier: classifier, parameters: parameters, upload: upload)),
        owner: key.id)
    } catch let error as APIError {
      throw error
    } catch let error as TemporaryFile.Failure {
      throw APIError.uploadNotKept(error)
    } catch let error as JobError {
      throw APIError.unavailable(.overloaded, error.description, retryAfter: 60)
    } catch {
      throw jobs.unavailable(error)
    }
    return .json(
      JobAnswer.json(job), status: .accepted,
      headers: [.location: "\(request.uri.path)/\(job.id)"])
  }

  @Sendable private func list(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let page = try await jobs.page(
      JobListParameters(QueryParameters(request)), key: Self.key(context))
    return .json(
      [
        "jobs": .array(page.jobs.map(JobAnswer.json)),
        "next_cursor": page.next.map { .string($0) } ?? .null,
      ], headers: [.cacheControl: "no-store"])
  }

  @Sendable private func end(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let job = try await jobs.end(
      id: context.parameters.get("id") ?? "", key: Self.key(context))
    guard let job else { return Response(status: .noContent) }
    return .json(JobAnswer.json(job), status: job.state.isEnd ? .ok : .accepted)
  }

  @Sendable private func events(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let job = try await job(context)
    let number = try Self.lastEvent(request)
    // Browsers ask again when a stream ends, until they are told that there is nothing more.
    if job.state.isEnd, number > 0, try await jobs.events(of: job, after: number).isEmpty {
      return Response(status: .noContent)
    }
    try feed.checkPlace()
    let connection = connections.connection(of: context.channel)
    return .events(to: connection) { [feed] in feed.events(ofJob: job.id, after: number) }
  }

  private static func lastEvent(_ request: Request) throws(APIError) -> Int {
    guard let text = request.headers[.lastEventID], !text.isEmpty else { return 0 }
    guard let number = Int(text), number >= 0 else {
      throw .invalidParameter("Last-Event-ID must be the id of an event of the job")
    }
    return number
  }

  @Sendable private func results(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let job = try await job(context)
    let headers: HTTPFields = [.contentType: BatchRoute.linesType, .cacheControl: "no-store"]
    let url = ArchiveJobResults.file(in: jobs.board.folders.folder(ofJob: job.id))
    guard let (file, size) = try await Self.wholeLines(of: url) else {
      return Response(status: .ok, headers: headers)
    }
    return Response(
      status: .ok, headers: headers,
      body: .streamed(length: size) { writer in
        var offset = 0
        while offset < size {
          let piece = try await file.piece(at: offset)
          // A line may have been begun since.
          let count = min(piece.readableBytes, size - offset)
          guard count > 0, let part = piece.getSlice(at: piece.readerIndex, length: count) else {
            throw APIError.internalError
          }
          offset += count
          try await writer.write(part)
        }
        try await writer.finish(nil)
      })
  }

  /// A file of lines, and where the last one ends that is complete; `nil` when there is no file.
  private static func wholeLines(of url: URL) async throws -> (file: TemporaryFile, size: Int)? {
    try await NIOThreadPool.singleton.runIfActive {
      guard FileManager.default.fileExists(atPath: url.path) else { return nil }
      let file = try TemporaryFile(url)
      var end = file.size
      while end > 0 {
        let start = max(0, end - 64 << 10)
        let piece = try file.read(at: start, count: end - start)
        if let newline = piece.lastIndex(of: UInt8(ascii: "\n")) {
          return (file, start + newline + 1)
        }
        end = start
      }
      return (file, 0)
    }
  }
}

extension HTTPField.Name {
  static let lastEventID = HTTPField.Name(constant: "Last-Event-ID")
}
