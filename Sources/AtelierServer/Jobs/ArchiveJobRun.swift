import Archives
import Foundation
import HTTPTypes
import Jobs
import NIOPosix
import Pipeline
import Records

/// One attempt at a job that classifies an upload.
final class ArchiveJobRun {
  /// For whom the pictures are classified.
  private struct Caller: PredictionCaller {
    let requestID: String
    let keyID: String
    let notes = RequestNotes()
    let start = ContinuousClock.now

    func connection(among connections: Connections) -> Connection? { nil }
  }

  /// A picture that cannot be taken or stored is tried again for half a minute.
  private static let retries = 10
  private static let reportInterval = Duration.milliseconds(200)
  /// Pictures that are left out between two looks at whether to stop.
  private static let skippedTogether = 1_000

  private let job: Job
  private let handler: ArchiveJobHandler
  private let context: JobContext
  private let parameters: ArchiveJobParameters
  private let classifier: Classifier
  private let pictures: BatchPictures
  private let results: ArchiveJobResults
  /// How much there is, if the format tells.
  private let survey: ArchiveSurvey?
  private let isOneFile: Bool
  private var records: ArchiveJobRecords
  private var totals: BatchTotals
  private var writer = BatchWriter(asLines: true)
  /// Pictures whose lines are in the file.
  private var done: Int { totals.pictures }
  /// Bytes of their files.
  private var bytes = 0
  private var reported: ContinuousClock.Instant?
  /// What is wrong with the archive, of which there is no more then.
  private var failure: APIError?

  /// Finds out where the last attempt stopped.
  init(_ job: Job, handler: ArchiveJobHandler, context: JobContext) async throws {
    self.job = job
    self.handler = handler
    self.context = context
    parameters = try job.parameters.decoded()
    classifier = try await handler.service.classifier(
      parameters.engine, version: parameters.model)
    let upload: BatchUpload
    (upload, results, totals) = try await NIOThreadPool.singleton.runIfActive {
      var totals = BatchTotals()
      let results = try ArchiveJobResults(in: context.folder) { totals.count($0) }
      return (try ArchiveJobUpload.open(in: context.input), results, totals)
    }
    records = try context.checkpoint?.decoded() ?? ArchiveJobRecords()
    records.resume(at: totals.pictures, underWay: BatchService.windowLimit)
    isOneFile = upload.files.count == 1
    pictures = BatchPictures(
      upload, pictureLimit: handler.pictureLimit, archiveLimits: handler.archiveLimits)
    survey = try await pictures.survey()
  }

  /// Classifies what is left.
  ///
  /// - Returns: The totals.
  func run() async throws -> EncodedJSON {
    report()
    // However it ends, the progress is that of the lines there are.
    defer { report() }
    var skipped = 0
    while skipped < done {
      let count = min(done - skipped, Self.skippedTogether)
      bytes += try await pictures.skip(count)
      skipped += count
      try context.checkCancellation()
    }
    try await handler.batches.run(
      pictures, first: nil, parameters: parameters.prediction,
      classifier: classifier, context: Caller(requestID: job.id, keyID: job.ownerKeyID),
      startingAt: done, retries: Self.retries, identify: identity, emit: take)
    try await results.synchronize()
    if let failure { throw failure }
    return EncodedJSON(encoded: totals.json.text)
  }

  private func identity(ofPictureAt place: Int) async throws -> RecordIdentity? {
    let now = Date()
    if records.needsRun(at: place, time: now) {
      // The lines before it are never asked for again.
      try await results.synchronize()
      records.begin(at: place, time: now, done: done)
      try await context.saveCheckpoint(EncodedJSON(records))
    }
    return records.identity(ofJob: job.id, at: place)
  }

  private func take(_ lines: [BatchService.Line]) async throws {
    // Pictures that were given up when the job had to stop have no result.
    try context.checkCancellation()
    try Task.checkCancellation()
    var written: [BatchService.Line] = []
    for line in lines {
      switch line.result {
      case .failure(let error) where error.status == .serviceUnavailable:
        try await write(written)
        throw error
      case .failure(let error) where line.isArchive && isOneFile: failure = error
      case .success, .failure: written.append(line)
      }
      bytes += line.byteCount
    }
    try await write(written)
    if let reported, .now - reported < Self.reportInterval { return }
    report()
  }

  private func write(_ lines: [BatchService.Line]) async throws {
    try await results.append(writer.text(of: lines))
    for line in lines { totals.count(try? line.result.get().predictedClass) }
  }

  private func report() {
    reported = .now
    let detail = totals.json.appending([
      "bytes": .integer(bytes), "total_bytes": survey.map { .integer($0.bytes) } ?? .null,
    ])
    context.report(
      JobProgress(
        done: done, total: survey?.files, unit: "pictures",
        detail: EncodedJSON(encoded: detail.text)))
  }
}
