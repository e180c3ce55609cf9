import Classification
import DequeModule
import Hashing
import Imaging
import NIOPosix
import Pipeline
import Synchronization

/// The threads that decode pictures and run engines, behind a bounded queue.
///
/// Pictures that wait for the same engine are computed as one batch, because an engine spends less on
/// a picture in a batch than on one alone. A thread takes a picture, prepares it, and goes on to
/// others that already wait, until none waits, the batch is full, or the first one has waited long
/// enough. So a lone picture never waits for company.
final class PredictionPool: Sendable {
  /// How the pool behaves.
  struct Configuration: Sendable {
    /// Threads that decode and compute.
    var threadCount: Int
    /// Pictures that may wait for a thread.
    var queueLimit: Int
    /// Pictures in one batch.
    var batchLimit: Int
    /// How long a prepared picture may wait while others are prepared for its batch. It is about what
    /// a batch saves, so that waiting longer would not pay.
    var batchPatience: Duration = .microseconds(500)
  }

  /// Told of each batch.
  typealias Observer = @Sendable (BatchReport) -> Void

  private enum Line {
    case requests, uploads
  }

  private struct State {
    var queue: Deque<PredictionJob> = []
    /// Pictures of uploads: a line of their own, so that a request does not wait behind hundreds.
    var uploads: Deque<PredictionJob> = []
    var isTurnOfUploads = false
    var running: [ObjectIdentifier: PredictionJob] = [:]
    /// Threads that serve the queue, or were woken to.
    var servers = 0
    /// Other things that wait for a thread, which has to leave the queue for them.
    var others = 0
    var isShutDown = false

    /// Whether a picture that was put in a line needs one more thread; if so, it is counted.
    mutating func needsServer(of threadCount: Int) -> Bool {
      guard servers < threadCount else { return false }
      servers += 1
      return true
    }

    /// The line to take a picture from: they take turns while pictures wait in both.
    mutating func nextLine() -> Line {
      isTurnOfUploads.toggle()
      return (isTurnOfUploads ? uploads.isEmpty : !queue.isEmpty) ? .requests : .uploads
    }

    /// The picture at the head of a line.
    func head(of line: Line) -> PredictionJob? {
      switch line {
      case .requests: queue.first
      case .uploads: uploads.first
      }
    }

    /// Takes the picture at the head of a line.
    mutating func popHead(of line: Line) -> PredictionJob? {
      switch line {
      case .requests: queue.popFirst()
      case .uploads: uploads.popFirst()
      }
    }
  }

  private let configuration: Configuration
  private let observer: Observer
  private let threads: NIOThreadPool
  private let state = Mutex(State())

  /// Starts the threads.
  init(_ configuration: Configuration, observer: @escaping Observer = { _ in }) {
    self.configuration = configuration
    self.observer = observer
    threads = NIOThreadPool(numberOfThreads: configuration.threadCount)
    threads.start()
  }

  /// Pictures that wait for a thread, but for those of uploads.
  var queueDepth: Int { state.withLock(\.queue.count) }

  /// Whether something else waits for a thread.
  var hasOtherWork: Bool { state.withLock { $0.others > 0 } }

  /// Puts a picture in the queue. Ask the job for its answer, and cancel it by finishing it with
  /// ``PredictionFailure/cancelled``.
  ///
  /// - Parameter sequel: What is done with the outcome before it is the answer.
  func submit(
    _ work: PredictionWork, deadline: ContinuousClock.Instant,
    sequel: PredictionJob.Sequel? = nil
  ) throws(PredictionFailure) -> PredictionJob {
    let job = PredictionJob(work, deadline: deadline, sequel: sequel)
    let entry: Result<Bool, PredictionFailure> = state.withLock { state in
      if state.isShutDown { return .failure(.shuttingDown) }
      if state.queue.count >= configuration.queueLimit {
        // Those that nobody waits for any more leave their places.
        state.queue.removeAll(where: \.isAnswered)
        if state.queue.count >= configuration.queueLimit { return .failure(.queueFull) }
      }
      state.queue.append(job)
      return .success(state.needsServer(of: configuration.threadCount))
    }
    if try entry.get() { startServer() }
    return job
  }

  /// Puts pictures of an upload in the line for those, which takes turns with the queue; how many may
  /// wait there is for the caller to limit.
  func submit(
    upload works: [PredictionWork], deadline: ContinuousClock.Instant
  ) throws(PredictionFailure) -> [PredictionJob] {
    let jobs = works.map { PredictionJob($0, deadline: deadline) }
    let servers: Int? = state.withLock { state in
      guard !state.isShutDown else { return nil }
      state.uploads += jobs
      // Each may need a batch of its own.
      return jobs.count { _ in state.needsServer(of: configuration.threadCount) }
    }
    guard let servers else { throw .shuttingDown }
    for _ in 0..<servers { startServer() }
    return jobs
  }

  /// Computes something on the pool's threads, such as a benchmark, after what waits.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    state.withLock { $0.others += 1 }
    defer { state.withLock { $0.others -= 1 } }
    return try await threads.runIfActive(body)
  }

  /// Gives up the jobs whose deadline has passed, whether they wait or a thread is stuck in them.
  func expire(at now: ContinuousClock.Instant = .now) {
    let late = state.withLock { state in
      (Array(state.queue) + state.uploads + state.running.values).filter { $0.deadline <= now }
    }
    for job in late { job.finish(.failure(.deadlineExceeded)) }
  }

  /// Refuses new pictures, answers those that wait, and ends the threads.
  func shutDown() async {
    let waiting = state.withLock { state in
      state.isShutDown = true
      defer { (state.queue, state.uploads) = ([], []) }
      return state.queue + state.uploads
    }
    for job in waiting { job.finish(.failure(.shuttingDown)) }
    try? await threads.shutdownGracefully()
  }

  private func startServer() { threads.submit { [self] _ in serve() } }

  /// Serves batch after batch until no picture waits, or something else waits for the thread: then the
  /// rest has its turn after that.
  private func serve() {
    while let (first, line) = takeFirst() {
      serve(first, from: line)
      if hasOtherWork { return startServer() }
    }
  }

  /// Serves a picture, and those that can join it.
  private func serve(_ first: PredictionJob, from line: Line) {
    var batch = Batch(limit: configuration.batchLimit, patience: configuration.batchPatience)
    var next: PredictionJob? = first
    while let job = next {
      batch.prepare(job)
      next = batch.wantsMore ? takeNext(joining: first, from: line) : nil
    }
    if let report = batch.run() { observer(report) }
    state.withLock { state in
      for job in batch.taken { state.running[ObjectIdentifier(job)] = nil }
    }
  }

  /// Takes a picture that somebody waits for; when there is none, the thread no longer serves.
  private func takeFirst() -> (job: PredictionJob, line: Line)? {
    state.withLock { state in
      while true {
        let line = state.nextLine()
        guard let job = state.popHead(of: line) else {
          state.servers -= 1
          return nil
        }
        if job.isAnswered { continue }
        state.running[ObjectIdentifier(job)] = job
        return (job, line)
      }
    }
  }

  private func takeNext(joining first: PredictionJob, from line: Line) -> PredictionJob? {
    state.withLock { state in
      guard let head = state.head(of: line), head.work.canJoin(first.work) else { return nil }
      _ = state.popHead(of: line)
      state.running[ObjectIdentifier(head)] = head
      return head
    }
  }
}
