import Foundation
public import Logging
import Records

/// Works jobs off: one of each kind at a time, until its task is cancelled.
public struct JobWorker: Sendable {
  /// How long a claim holds unless it is renewed.
  public static let defaultLease = Duration.seconds(30)

  /// How a worker behaves.
  public struct Configuration: Sendable {
    /// How long a claim holds unless it is renewed; it is three times as often.
    public var lease = JobWorker.defaultLease
    /// How often what handlers told is written, and asked whether a job was cancelled.
    public var tick = Duration.milliseconds(500)
    /// How long a handler may go on after it was told to stop for the worker's sake.
    public var stopTimeout = Duration.seconds(5)
    /// How long jobs are kept after they are over, with their results; `nil` for ever.
    public var retention: Duration? = .seconds(7 * 86_400)
    /// How often to look for what is to be removed.
    public var sweepInterval = Duration.seconds(600)

    /// The default behaviour.
    public init() {}
  }

  let board: JobBoard
  let handlers: [any JobHandler]
  let configuration: Configuration
  let logger: Logger
  let observer: Observer

  /// Told what the worker does, on any thread.
  public typealias Observer = @Sendable (JobReport) -> Void

  /// Creates a worker.
  ///
  /// - Parameters:
  ///   - board: The jobs. Those of other kinds than the handlers' are left to others.
  ///   - handlers: What does them.
  ///   - observer: Told what the worker does.
  public init(
    board: JobBoard, handlers: [any JobHandler], configuration: Configuration = Configuration(),
    logger: Logger, observer: @escaping Observer = { _ in }
  ) {
    self.board = board
    self.handlers = handlers
    self.configuration = configuration
    self.logger = logger
    self.observer = observer
  }

  /// Works until the task is cancelled; jobs that are not done by then are given back.
  public func run() async {
    guard let presence = await presence() else { return }
    await withTaskGroup(of: Void.self) { group in
      for handler in handlers {
        group.addTask { await work(with: handler, as: presence.name) }
      }
      group.addTask { await sweep() }
    }
    withExtendedLifetime(presence) {}
  }

  /// Shows that the worker lives, as soon as the disk allows it.
  private func presence() async -> WorkerPresence? {
    while !Task.isCancelled {
      do {
        return try WorkerPresence(in: board.folders)
      } catch {
        logger.error("no jobs can be done; the folder of jobs cannot be written", error: error)
        try? await Task.sleep(for: .seconds(5))
      }
    }
    return nil
  }

  private func work(with handler: any JobHandler, as name: String) async {
    var pause = Duration.milliseconds(200)
    while !Task.isCancelled {
      do throws(RecordsError) {
        if let claim = try await board.queue.claim(handler.kind, for: name) {
          await JobRun(claim, handler: handler, worker: self).run()
        }
        pause = .milliseconds(200)
      } catch {
        guard !Task.isCancelled else { return }
        logger.error("jobs cannot be read", error: error)
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(10))
      }
    }
  }

  /// Removes what nobody needs any more, now and then.
  private func sweep() async {
    while !Task.isCancelled {
      do {
        try await JobSweep(board: board, retention: configuration.retention).run()
        for handler in handlers { await board.queue.tidy(handler.kind) }
      } catch {
        if !Task.isCancelled { logger.warning("old jobs cannot be removed", error: error) }
      }
      try? await Task.sleep(for: configuration.sweepInterval)
    }
  }
}
