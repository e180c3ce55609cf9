import Synchronization

/// Workspaces that wait for the next computation: as many as ever ran at once.
final class WorkspacePool: Sendable {
  private let size: Int
  private let idle = Mutex<[Workspace]>([])

  /// - Parameter size: Bytes of a workspace.
  init(size: Int) { self.size = size }

  /// Lends a workspace.
  func withWorkspace(_ body: (Workspace) -> Void) {
    let workspace = idle.withLock { $0.popLast() } ?? Workspace(size: size)
    body(workspace)
    idle.withLock { $0.append(workspace) }
  }
}
