import Classification
import Dataset
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Jobs
import ModelStore
import NIOCore
import Pipeline
import Retraining
import Testing
import Training

@testable import AtelierServer

@Suite struct TrainingJobTests {
  /// A folder that goes with the test.
  private let folder = TemporaryFolder()

  @Test func otherClassesAreTrainedAndServed() async throws {
    let service = try TestService.training(in: folder)
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
    let service = try TestService.training(in: folder)
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
    let service = try TestService.training(in: folder)
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
    let unfinished = draft.folder.appending(path: "run", directoryHint: .isDirectory)
    let killed = Task {
      var run = try TrainingRun(
        settings: parameters.settings(startingFrom: nil, labels: data.labels, threads: 1),
        split: data.split, labels: data.labels, directory: unfinished)
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
    #expect(!FileManager.default.fileExists(atPath: unfinished.path))

    // A job that dies after its version was written does not train another.
    let again = Recorded(service, job, attempt: 3, state: run.state)
    #expect(try await again.result().version == result.version)
    #expect(again.events.isEmpty)
  }

  @Test func aCancelledJobPromotesNothing() async throws {
    let service = try TestService.training(in: folder)
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

  @Test func aJobOfUnusableDataSaysWhy() async throws {
    let service = try TestService.training(in: folder)
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
