import Classification
import Dataset
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import Jobs
import ModelStore
import NIOCore
import Pipeline
import Records
import Retraining
import Synchronization
import Testing
import Training

@testable import AtelierServer

@Suite struct TrainingJobTests {
  static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../models").standardizedFileURL

  /// A folder that goes with the test.
  private let folder = TemporaryFolder()

  /// A service over a store that holds nothing but what came with the program.
  private func service() throws -> TestService {
    try TestService(
      models: ServedModels(
        store: ModelStore(directory: folder.url.appending(path: "models"), shipped: Self.shipped),
        version: nil, canary: nil
      ) { ModelLoader().load($0) })
  }

  @Test func otherClassesAreTrainedAndServed() async throws {
    let service = try service()
    let archive = try Patterns.archive(count: 240)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training?mix=none&from=scratch&epochs=1&promote=always", method: .post,
        headers: headers("application/gzip"), body: ByteBuffer(bytes: archive))
      #expect(response.status == .accepted, "\(response.text)")
      let id = try #require(response.headers[.location]?.split(separator: "/").last)
      let job = try #require(try await service.board.store.job(id: String(id)))
      let run = Recorded(service, job)
      let result = try await run.result()
      #expect(result.promoted)
      #expect(result.verdict.decision == .otherClasses)
      #expect(run.events.map(\.name) == ["dataset", "epoch", "verdict"])
      try check(run.store.version(named: result.version))
      // The history knows the classes of the served version, and those of predictions.
      for path in ["/predict", "/predict-onnx", "/predict-quantized", "/predict-scripted"] {
        let id = try await predict(path, client, version: result.version)
        let labelled = try await client.execute(
          uri: "/predictions/\(id)/label", method: .put, headers: headers("application/json"),
          body: ByteBuffer(string: #"{"label":"noise"}"#))
        #expect(labelled.status == .ok)
      }
      for (name, status) in [("noise", HTTPResponse.Status.ok), ("Bag", .unprocessableContent)] {
        let history = try await client.execute(
          uri: "/predictions?class=\(name)", method: .get, headers: [.apiKey: TestService.readKey])
        #expect(history.status == status)
      }
    }
  }

  /// Every engine of a version answers with the classes of the data set.
  private func check(_ version: ModelVersion) throws {
    #expect(version.manifest.labels.names == Patterns.names)
    #expect(version.manifest.dataset?.source == "folders")
    #expect(version.manifest.dataset?.classCounts == [80, 80, 80])
    #expect(version.manifest.metrics[Manifest.heldOutSplit]?.samples ?? 0 > 0)
    #expect(version.manifest.metrics["test"] == nil)
    for engine in ModelLoader.supportedEngines {
      let classifier = try ModelLoader().classifier(engine, of: version)
      #expect(classifier.engine.classCount == 3)
      let prediction = try #require(
        classifier.classify([ImageTensor(bytes: Patterns.pixels(1))]).first)
      #expect(Set(prediction.ranking.map(\.name)) == Set(Patterns.names))
    }
  }

  /// The identity of a prediction by a version of three classes.
  private func predict(
    _ path: String, _ client: any TestClientProtocol, version: String
  ) async throws -> String {
    let response = try await client.execute(
      uri: path + "?top_k=10", method: .post, headers: Sample.headers(),
      body: Sample.form(Patterns.png(2)))
    #expect(response.status == .ok, "\(response.text)")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(response.text.utf8))
    #expect(answer.model_version == version)
    #expect(Set(answer.top_k.map(\.class)) == Set(Patterns.names))
    return answer.id
  }

  @Test func labelledPredictionsAreMixedIn() async throws {
    let service = try service()
    try await Patterns.store(count: 60, labels: ["Bag", "Dress", "Coat"], in: service.store)
    let job = try await service.test { client in
      let inspected = try await client.execute(
        uri: "/training/inspect", method: .post, headers: headers("application/json"),
        body: ByteBuffer(string: #"{"source":"labels","mix":"none"}"#))
      #expect(inspected.status == .ok, "\(inspected.text)")
      #expect(inspected.text.contains(#""kind":"predictions","pictures":60"#))
      #expect(inspected.text.contains(#""problem":null"#))
      let response = try await client.execute(
        uri: "/training", method: .post, headers: headers("application/json"),
        body: ByteBuffer(
          string: #"{"source":"labels","mix":"none","epochs":2,"strict":true,"seed":3}"#))
      #expect(response.status == .accepted, "\(response.text)")
      let id = try #require(response.headers[.location]?.split(separator: "/").last)
      return try #require(try await service.board.store.job(id: String(id)))
    }
    let run = Recorded(service, job)
    let before = try run.store.current().name
    let result = try await run.result()
    // Three of ten classes: nothing says which version is better, so nothing is promoted.
    #expect(result.verdict.decision == .otherClasses)
    #expect(!result.promoted)
    #expect(try run.store.current().name == before)
    #expect(try run.store.version(named: result.version).manifest.training.base == before)
  }

  @Test func aKilledRunGoesOnAfterItsLastEpoch() async throws {
    let service = try service()
    let parameters = try TrainingParameters(
      ["mix": "none", "from": "scratch", "epochs": "3", "promote": "never"], source: .labels,
      name: "labelled predictions")
    try await Patterns.store(count: 60, labels: ["a", "b"], in: service.store)
    let draft = try await service.board.draft()
    let job = try await service.board.submit(
      draft, kind: .training, parameters: EncodedJSON(parameters), owner: "tests")
    // As a process leaves it that is killed in the second epoch.
    let dataset = try await service.components.datasets
      .labelledPredictions(keptIn: draft.input)
    let data = try TrainingData(dataset, name: "", mix: TrainingData.Mix.none, standard: nil)
    let folder = draft.folder.appending(path: "run", directoryHint: .isDirectory)
    let killed = Task {
      var run = try TrainingRun(
        settings: parameters.settings(startingFrom: nil, labels: data.labels, threads: 1),
        split: data.split, labels: data.labels, directory: folder)
      _ = try run.run { progress in
        if case .step(let step) = progress, step.epoch == 2 {
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
    }
    await #expect(throws: CancellationError.self) { try await killed.value }
    // What was labelled since is for the next job.
    try await Patterns.store(count: 9, labels: ["c"], in: service.store)

    let run = Recorded(service, job, attempt: 2, state: TrainingJobState(hasBegun: true))
    let result = try await run.result()
    #expect(run.events.map(\.name) == ["epoch", "epoch", "epoch", "verdict"])
    #expect(run.epochs == [1, 2, 3])
    #expect(try run.store.version(named: result.version).manifest.labels.names == ["a", "b"])
    #expect(!FileManager.default.fileExists(atPath: folder.path))

    // A job that dies after its version was written does not train another.
    let again = Recorded(service, job, attempt: 3, state: run.state)
    #expect(try await again.result().version == result.version)
    #expect(again.events.isEmpty)
  }

  @Test func aCancelledJobPromotesNothing() async throws {
    let service = try service()
    try await Patterns.store(count: 60, labels: ["a", "b"], in: service.store)
    let parameters = try TrainingParameters(
      ["mix": "none", "from": "scratch", "epochs": "1", "promote": "always"], source: .labels,
      name: "labelled predictions")
    let draft = try await service.board.draft()
    let job = try await service.board.submit(
      draft, kind: .training, parameters: EncodedJSON(parameters), owner: "tests")
    let run = Recorded(service, job)
    run.context.cancel()
    let before = try run.store.current().name
    await #expect(throws: CancellationError.self) { try await run.result() }
    #expect(try run.store.current().name == before)
    #expect(service.components.models.current.name == before)
  }

  @Test(arguments: [
    ("application/json", #"{"source":"archive"}"#, 422, "invalid_parameter"),
    ("application/json", "{", 400, "invalid_request"),
    ("application/json", #"{"source":"labels","epochs":0}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","epoch":3}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","from":"../x"}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","from":""}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels","mix":"both"}"#, 422, "invalid_parameter"),
    ("application/json", #"{"source":"labels"}"#, 422, "invalid_dataset"),
    ("text/plain", "x", 415, "unsupported_type"),
    ("application/zip", "no archive", 422, "invalid_dataset"),
  ])
  func badRequestsSayWhy(type: String, body: String, status: Int, code: String) async throws {
    let service = try service()
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training/inspect", method: .post, headers: headers(type),
        body: ByteBuffer(string: body))
      #expect(response.status.code == status)
      #expect(response.errorCode == code)
      let forbidden = try await client.execute(
        uri: "/training", method: .post,
        headers: [.contentType: type, .apiKey: TestService.readKey],
        body: ByteBuffer(string: body))
      #expect(forbidden.status == .forbidden)
    }
  }

  @Test(arguments: [
    (#"{"source":"labels","epoch":3}"#, "there is no setting epoch; there are architecture, "),
    (#"{"source":"labels","epochs":"3"}"#, "epochs must be a number"),
    (#"{"source":"labels","strict":1}"#, "strict must be true or false"),
    (#"{"source":"labels","mix":7}"#, "mix must be a text"),
  ])
  func saysWhatASettingHasToBe(body: String, message: String) async throws {
    let service = try service()
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training/inspect", method: .post, headers: headers("application/json"),
        body: ByteBuffer(string: body))
      #expect(response.errorCode == "invalid_parameter")
      #expect(response.text.contains(message))
    }
  }

  @Test(arguments: [
    ("current", TrainingOrigin.current), ("scratch", .scratch), ("spring", .version("spring")),
  ])
  func startsFromWhatIsAskedFor(text: String, origin: TrainingOrigin) throws {
    let parameters = try TrainingParameters(["from": text], source: .archive, name: "x.zip")
    #expect(parameters.from == origin)
    #expect(throws: APIError.self) {
      try TrainingParameters(["from": "../x"], source: .archive, name: "x.zip")
    }
  }

  /// What can be told before anything is read is told at once, and no job is begun.
  @Test(arguments: [
    ("application/zip", "no archive", "", "invalid_dataset"),
    ("application/json", #"{"source":"labels"}"#, "", "invalid_dataset"),
    ("application/zip", "", "?from=none", "invalid_parameter"),
  ])
  func beginsNoJobThatCannotSucceed(
    type: String, body: String, query: String, code: String
  ) async throws {
    let service = try service()
    let content = try body.isEmpty ? Array(Patterns.archive(count: 30)) : Array(body.utf8)
    try await service.test { client in
      let response = try await client.execute(
        uri: "/training" + query, method: .post, headers: headers(type),
        body: ByteBuffer(bytes: content))
      #expect(response.status == .unprocessableContent, "\(response.text)")
      #expect(response.errorCode == code)
      #expect(try await service.board.store.waitingCount() == 0)
    }
  }

  @Test func aJobOfUnusableDataSaysWhy() async throws {
    let service = try service()
    let parameters = try TrainingParameters([:], source: .archive, name: "x.zip")
    let draft = try await service.board.draft()
    let spool = try ArchiveJobUpload.spool(in: draft.input)
    try await spool.append(ByteBuffer(bytes: try Patterns.archive(count: 30).prefix(900)))
    try await ArchiveJobUpload.save(
      BatchUpload(spool: spool, files: [.init(name: "x.zip", offset: 0, count: spool.size)]),
      in: draft.input)
    let job = try await service.board.submit(
      draft, kind: .training, parameters: EncodedJSON(parameters), owner: "tests")
    let failure = await #expect(throws: JobFailure.self) {
      try await Recorded(service, job).result()
    }
    #expect(failure?.code == "invalid_dataset")
    #expect(failure?.message.contains("cut short") == true)
    #expect(failure?.message.contains(service.folder.path) == false)
  }

  private func headers(_ type: String) -> HTTPFields {
    [.contentType: type, .apiKey: TestService.adminKey]
  }

  private struct Answer: Decodable {
    struct Score: Decodable { let `class`: String }
    let id: String
    let model_version: String
    let top_k: [Score]
  }
}

extension JSONValue? {
  /// The version that a training run started from.
  fileprivate var base: String? {
    guard case .object(let members) = self, case .string(let name) = members["base"] else {
      return nil
    }
    return name
  }
}

/// A folder that is removed with its owner.
private final class TemporaryFolder: Sendable {
  let url = FileManager.default.temporaryDirectory.appending(
    path: UUID().uuidString, directoryHint: .isDirectory)

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}

/// One attempt at a training job, with what it tells.
private final class Recorded: Sendable {
  struct Result: Decodable {
    let version: String
    let promoted: Bool
    let verdict: PromotionVerdict
  }

  let context: JobContext
  let store: ModelStore
  private let handler: TrainingJobHandler
  private let job: Job

  init(
    _ service: TestService, _ job: Job, attempt: Int = 1, state: TrainingJobState? = nil
  ) {
    let changes = Box()
    self.job = job
    store = service.components.models.store ?? ModelStore(directory: service.folder)
    handler = TrainingJobHandler(
      models: service.components.models, datasets: service.components.datasets, threads: 1,
      logger: service.components.logger)
    box = changes
    context = JobContext(
      folder: service.board.folders.folder(ofJob: job.id), attempt: attempt,
      checkpoint: state.flatMap { try? EncodedJSON($0) }
    ) { new in changes.all.withLock { $0.append(new) } }
  }

  private final class Box: Sendable {
    let all = Mutex<[JobChanges]>([])
  }

  private let box: Box

  func result() async throws -> Result {
    let result = try await handler.run(job, in: context)
    try await context.flush()
    return try result.decoded()
  }

  var events: [JobChanges.Event] { box.all.withLock { $0.flatMap(\.events) } }

  /// The epochs that were told of.
  var epochs: [Int] {
    struct Epoch: Decodable { let epoch: Int }
    return events.filter { $0.name == "epoch" }
      .compactMap { try? ($0.data.decoded() as Epoch).epoch }
  }

  /// What the next attempt finds.
  var state: TrainingJobState? {
    box.all.withLock { $0.compactMap(\.checkpoint).last }.flatMap { try? $0.decoded() }
  }
}

/// Pictures of three kinds that are easy to tell apart.
private enum Patterns {
  static let names = ["dots", "lines", "noise"]

  static func pixels(_ number: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: UInt64(number))
    let (shift, level) = (generator.integer(below: 4), 160 + generator.integer(below: 90))
    return (0..<784).map { index in
      // No two are equal.
      if index < 2 { return UInt8(truncatingIfNeeded: number >> (8 * index)) }
      let (x, y) = (index % 28, index / 28)
      switch number % 3 {
      case 0: return (x + shift) % 4 == 0 && (y + shift) % 4 == 0 ? UInt8(level) : 0
      case 1: return (y + shift) % 4 < 2 ? UInt8(level) : 0
      default: return UInt8(generator.integer(below: 256))
      }
    }
  }

  static func png(_ number: Int) -> [UInt8] { ImageTensor(bytes: pixels(number)).pngData() }

  /// A compressed tar archive of folders that are named by class.
  static func archive(count: Int) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in names {
      try FileManager.default.createDirectory(
        at: folder.appending(path: "set/\(name)"), withIntermediateDirectories: true)
    }
    for number in 0..<count {
      try Data(png(number)).write(
        to: folder.appending(path: "set/\(names[number % 3])/\(number).png"))
    }
    let tar = Process()
    tar.executableURL = URL(filePath: "/bin/tar")
    tar.arguments = ["-C", folder.path, "-czf", folder.appending(path: "set.tgz").path, "set"]
    try tar.run()
    tar.waitUntilExit()
    return [UInt8](try Data(contentsOf: folder.appending(path: "set.tgz")))
  }

  /// Stores predictions that were labelled.
  static func store(
    count: Int, labels: [String], in store: any PredictionStore
  ) async throws {
    for number in 0..<count {
      let record = PredictionRecord(
        id: RecordID.make(), createdAt: Date(), requestID: "r", filename: "\(number).png",
        modelUsed: "ONNX", modelVersion: "v", predictedClass: labels[0], confidence: 1,
        inferenceTimeMilliseconds: 1, topK: [], isUncertain: false, preprocess: "auto",
        clientKeyID: "k", imageSHA256: "", trueLabel: labels[number % labels.count])
      let kind = labels.count == 2 ? number / 2 * 3 + number % 2 : number
      try await store.insert(record, picture: pixels(kind + labels.count * 10_000))
    }
  }
}
