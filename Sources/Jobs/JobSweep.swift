import Foundation
import Records

/// Removes jobs that were over long ago, and what processes that were killed have left behind.
struct JobSweep: Sendable {
  let board: JobBoard
  let retention: Duration?

  /// A folder is younger than this while its job is being asked for.
  private static let draftAge = 60.0

  func run() async throws {
    if let retention { try await removeOld(before: Date() - retention / .seconds(1)) }
    try await removeOrphans()
    WorkerPresence.removeDead(except: try await board.store.busyWorkers(), in: board.folders)
  }

  private func removeOld(before date: Date) async throws {
    while !Task.isCancelled {
      let ended = try await board.store.ended(before: date, limit: 100)
      for id in ended { _ = try await board.remove(id: id) }
      if ended.count < 100 { return }
    }
  }

  /// Removes folders without a job, and what jobs worked on that are over.
  private func removeOrphans() async throws {
    for id in board.folders.identities where !Task.isCancelled {
      let folder = board.folders.folder(ofJob: id)
      // While a job is being asked for, its folder is locked.
      guard let lock = FolderLock(folder) else { continue }
      if let job = try await board.store.job(id: id) {
        if job.state.isEnd { board.folders.removeInput(ofJob: id) }
      } else if let made = RecordID.date(of: id), made.timeIntervalSinceNow < -Self.draftAge {
        board.folders.remove(id)
      }
      withExtendedLifetime(lock) {}
    }
  }
}
