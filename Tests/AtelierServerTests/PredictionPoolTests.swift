import Classification
import Imaging
import Pipeline
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct PredictionPoolTests {
  private func work(_ engine: BrightnessEngine, level: UInt8) -> PredictionWork {
    PredictionWork(
      bytes: Sample.png(level: level), preprocessing: .auto,
      classifier: Classifier(
        engine: engine, modelVersion: "v1", labels: .fashionMNIST, calibration: Calibration()))
  }

  private func pool(
    threads: Int = 1, queueLimit: Int = 100, batchLimit: Int = 8,
    observer: @escaping PredictionPool.Observer = { _ in }
  ) -> PredictionPool {
    PredictionPool(
      .init(
        threadCount: threads, queueLimit: queueLimit, batchLimit: batchLimit,
        batchPatience: .seconds(60)), observer: observer)
  }

  private let later = ContinuousClock.now + .seconds(60)

  @Test func computesWhatWaitsAsBatchesInOrder() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate)
    let pool = pool(batchLimit: 4)
    let first = try pool.submit(work(engine, level: 0), deadline: later)
    await gate.waitForArrival()
    let others = try (1...9).map {
      try pool.submit(work(engine, level: UInt8($0 * 25)), deadline: later)
    }
    #expect(pool.queueDepth == 9)
    gate.open(for: 4)
    #expect(try await first.answer().get().batchSize == 1)
    for (index, job) in others.enumerated() {
      let outcome = try await job.answer().get()
      #expect(outcome.prediction.best.name == LabelSet.fashionMNIST.names[index + 1])
      #expect(outcome.batchSize == (index < 8 ? 4 : 1))
    }
    #expect(engine.batchSizes == [1, 4, 4, 1])
    await pool.shutDown()
  }

  @Test func answersWhenTheSequelOfAnOutcomeIsDone() async throws {
    let pool = pool()
    let engine = BrightnessEngine(.onnx)
    let (outcomes, outcome) = AsyncStream<(PredictionOutcome, @Sendable () -> Void)>.makeStream()
    let job = try pool.submit(work(engine, level: 25), deadline: later) {
      outcome.yield(($0, $1))
    }
    var iterator = outcomes.makeAsyncIterator()
    let (seen, done) = try #require(await iterator.next())
    #expect(seen.prediction.best.name == LabelSet.fashionMNIST.names[1])
    // From the outcome on nobody can take the picture back.
    #expect(job.isAnswered)
    job.finish(.failure(.cancelled))
    pool.expire(at: later)
    done()
    #expect(try await job.answer().get().prediction == seen.prediction)
    // What is no picture has no sequel.
    let broken = try pool.submit(
      PredictionWork(
        bytes: [1, 2, 3], preprocessing: .auto, classifier: work(engine, level: 0).classifier),
      deadline: later
    ) { _, _ in
      Issue.record("an unusable picture has an outcome")
    }
    await #expect(throws: PredictionFailure.self) { try await broken.answer().get() }
    await pool.shutDown()
  }

  @Test func doesNotMixEngines() async throws {
    let gate = Gate()
    let (first, second) = (BrightnessEngine(.onnx, gate: gate), BrightnessEngine(.pytorch))
    let pool = pool()
    let jobs = try [first, second, second, first].map {
      try pool.submit(work($0, level: 0), deadline: later)
    }
    gate.open(for: 2)
    for job in jobs { _ = try await job.answer().get() }
    #expect(first.batchSizes.reduce(0, +) == 2)
    #expect(second.batchSizes.reduce(0, +) == 2)
    await pool.shutDown()
  }

  @Test func oneBadPictureFailsAlone() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate, failingLevel: 1)
    let pool = pool()
    let first = try pool.submit(work(engine, level: 0), deadline: later)
    await gate.waitForArrival()
    let good = try pool.submit(work(engine, level: 25), deadline: later)
    let chokes = try pool.submit(work(engine, level: 255), deadline: later)
    let broken = try pool.submit(
      PredictionWork(
        bytes: [1, 2, 3], preprocessing: .auto, classifier: work(engine, level: 0).classifier),
      deadline: later)
    gate.open(for: 4)
    _ = try await first.answer().get()
    #expect(try await good.answer().get().prediction.best.name == "Trouser")
    let failure = PredictionFailure.engine(
      .runtimeFailure(engine: .onnx, reason: "as the test wants"))
    await #expect(throws: failure) { try await chokes.answer().get() }
    await #expect(throws: PredictionFailure.picture(.unsupportedType)) {
      try await broken.answer().get()
    }
    #expect(engine.batchSizes == [1, 2, 1, 1])
    await pool.shutDown()
  }

  @Test func refusesMoreThanMayWait() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate)
    let pool = pool(queueLimit: 2)
    var jobs = [try pool.submit(work(engine, level: 0), deadline: later)]
    await gate.waitForArrival()
    jobs += try (0..<2).map { _ in try pool.submit(work(engine, level: 0), deadline: later) }
    #expect(throws: PredictionFailure.queueFull) {
      try pool.submit(work(engine, level: 0), deadline: later)
    }
    // A caller that leaves makes room.
    jobs[1].finish(.failure(.cancelled))
    jobs.append(try pool.submit(work(engine, level: 0), deadline: later))
    gate.open(for: 2)
    _ = try await jobs[0].answer().get()
    await #expect(throws: PredictionFailure.cancelled) { try await jobs[1].answer().get() }
    _ = try await jobs[3].answer().get()
    #expect(engine.batchSizes == [1, 2])
    await pool.shutDown()
  }

  @Test func leavesTheThreadToOtherWorkBetweenBatches() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate)
    let pool = pool(batchLimit: 1)
    let jobs = try (0..<9).map { _ in try pool.submit(work(engine, level: 0), deadline: later) }
    await gate.waitForArrival()
    async let sizes = pool.run { engine.batchSizes }
    while !pool.hasOtherWork { await Task.yield() }
    gate.open(for: 9)
    // It came after the batch that was running, or the next, and before the others.
    #expect(try await sizes.count <= 2)
    for job in jobs { _ = try await job.answer().get() }
    await pool.shutDown()
  }

  @Test func requestsAndUploadsTakeTurns() async throws {
    let gate = Gate()
    let (engine, bulk) = (BrightnessEngine(.onnx, gate: gate), BrightnessEngine(.onnx, gate: gate))
    let pool = pool(queueLimit: 3, batchLimit: 2)
    let first = try pool.submit(work(engine, level: 0), deadline: later)
    await gate.waitForArrival()
    // An upload takes no places of the queue, and nobody's turn.
    let upload = try pool.submit(
      upload: (0..<8).map { _ in work(bulk, level: 25) }, deadline: later)
    let requests = try (0..<3).map { _ in try pool.submit(work(engine, level: 0), deadline: later) }
    #expect(pool.queueDepth == 3)
    gate.open(for: 4)
    _ = try await first.answer().get()
    for job in requests { _ = try await job.answer().get() }
    #expect(engine.batchSizes == [1, 2, 1])
    #expect(bulk.batchSizes.count <= 3)
    gate.open(for: 4)
    for job in upload { _ = try await job.answer().get() }
    #expect(bulk.batchSizes == [2, 2, 2, 2])
    await pool.shutDown()
    #expect(throws: PredictionFailure.shuttingDown) {
      try pool.submit(upload: [work(bulk, level: 0)], deadline: later)
    }
  }

  @Test func givesUpAtTheDeadline() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate)
    let pool = pool()
    let now = ContinuousClock.now
    let stuck = try pool.submit(work(engine, level: 0), deadline: now + .seconds(1))
    await gate.waitForArrival()
    let waiting = try pool.submit(work(engine, level: 0), deadline: now + .seconds(2))
    pool.expire(at: now + .seconds(1))
    await #expect(throws: PredictionFailure.deadlineExceeded) { try await stuck.answer().get() }
    #expect(!waiting.isAnswered)
    pool.expire(at: now + .seconds(2))
    await #expect(throws: PredictionFailure.deadlineExceeded) { try await waiting.answer().get() }
    gate.open()
    await pool.shutDown()
    #expect(engine.batchSizes == [1])
  }

  @Test func answersWhatWaitsWhenItStops() async throws {
    let gate = Gate()
    let engine = BrightnessEngine(.onnx, gate: gate)
    let pool = pool()
    let running = try pool.submit(work(engine, level: 0), deadline: later)
    await gate.waitForArrival()
    let waiting = try pool.submit(work(engine, level: 0), deadline: later)
    async let stopped: Void = pool.shutDown()
    await #expect(throws: PredictionFailure.shuttingDown) { try await waiting.answer().get() }
    gate.open()
    await stopped
    _ = try await running.answer().get()
    #expect(throws: PredictionFailure.shuttingDown) {
      try pool.submit(work(engine, level: 0), deadline: later)
    }
  }
}
