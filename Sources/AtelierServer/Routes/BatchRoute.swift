import APIKeys
import Archives
import Classification
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `POST /predict-batch`: many pictures, or archives of them, in one request.
struct BatchRoute: Sendable {
  let service: PredictionService
  let batches: BatchService
  let uploadLimit: Int
  let pictureLimit: Int
  let archiveLimits: ArchiveLimits
  let logger: Logger

  static let path = "/predict-batch"
  /// The most pictures that can be left out.
  static let skipLimit = 1_000_000
  /// JSON Lines (https://jsonlines.org), also called NDJSON.
  static let linesType = "application/x-ndjson"

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .post, Self.path, role: .predict, statuses: PredictionRoutes.statuses + [507],
        isUpload: true, handler: run)
    ]
  }

  @Sendable private func run(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let parameters = try PredictionParameters(request)
    let engine = try Self.engine(request)
    let classifier = try await service.classifier(
      engine, version: parameters.modelVersion, notes: context.notes)
    let skipped = try Self.skipped(request)
    let (upload, place) = try await receive(request, context)
    let pictures = BatchPictures(
      upload, pictureLimit: pictureLimit, archiveLimits: archiveLimits)
    _ = try await pictures.skip(skipped)
    let first = try await pictures.first(checkedWith: classifier, parameters.preprocessing)
    let asLines = request.accepts(Self.linesType)
    let body = ResponseBody.streamed { [batches, logger] output in
      var writer = BatchWriter(asLines: asLines)
      let start = ContinuousClock.now
      try await batches.run(
        pictures, first: first, parameters: parameters, classifier: classifier, context: context,
        startingAt: skipped
      ) { lines in
        try await output.write(writer.text(of: lines))
      }
      let time = ContinuousClock.now - start
      try await output.write(writer.ending(time: time))
      try await output.finish(nil)
      logger.info("batch", metadata: writer.metadata(requestID: context.requestID, time: time))
      withExtendedLifetime(place) {}
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: asLines ? Self.linesType : "application/json; charset=utf-8"
      ], body: body)
  }

  /// Waits for an upload, and takes a place for it once it is there: it may take as long as its caller likes.
  private func receive(
    _ request: Request, _ context: ServiceContext
  ) async throws -> (BatchUpload, Places.Place) {
    let arrival = try batches.arrival()
    defer { withExtendedLifetime(arrival) {} }
    // Where there is no place now, it is refused before it arrives.
    _ = try batches.place()
    let upload = try await BatchUpload(
      request, limit: uploadLimit, context: context, logger: logger)
    return (upload, try batches.place())
  }

  /// How many pictures to leave out: those that an answer that was cut off had.
  private static func skipped(_ request: Request) throws(APIError) -> Int {
    guard let text = request.uri.queryParameters["skip"] else { return 0 }
    guard let count = Int(text), (0...skipLimit).contains(count) else {
      throw .invalidParameter("skip must be a whole number from 0 to \(skipLimit)")
    }
    return count
  }

  /// The engine that the query asks for, if it asks for one.
  ///
  /// - Throws: ``APIError`` when there is none of that name.
  static func engine(_ request: Request) throws(APIError) -> EngineKind? {
    guard let name = request.uri.queryParameters["engine"] else { return nil }
    guard let engine = EngineKind(rawValue: String(name)) else {
      let names = EngineKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidParameter("engine must be one of \(names)")
    }
    return engine
  }
}
