import APIKeys

extension WebPages {
  /// The pages there are.
  enum Page: CaseIterable {
    case signIn, classify, batch, history, stored, dashboard, models, training, keys, system
    /// What stands in the place of a page that the key may not see, or that is not there, or of an
    /// answer that could not be given.
    case forbidden, notFound, failed

    /// Where it is; `nil` for what stands in the place of others.
    var path: String? {
      switch self {
      case .signIn: "/sign-in"
      case .classify: "/"
      case .batch: "/batch"
      case .history: "/history"
      case .stored: "/stored/{id}"
      case .dashboard: "/dashboard"
      case .models: "/models"
      case .training: "/training"
      case .keys: "/keys"
      case .system: "/system"
      case .forbidden, .notFound, .failed: nil
      }
    }

    /// Its name in words and files.
    var name: String {
      switch self {
      case .signIn: "sign-in"
      case .classify: "classify"
      case .batch: "batch"
      case .history: "history"
      case .stored: "stored"
      case .dashboard: "dashboard"
      case .models: "models"
      case .training: "training"
      case .keys: "keys"
      case .system: "system"
      case .forbidden: "forbidden"
      case .notFound: "not-found"
      case .failed: "failed"
      }
    }

    /// The name of its script.
    var script: String { path == nil ? "shell" : name }

    /// The role that its key needs; `nil` where every key will do.
    var role: Role? {
      switch self {
      case .history, .dashboard, .models: .read
      case .training, .keys: .admin
      default: nil
      }
    }

    /// Whether it shows stored predictions.
    var showsStored: Bool { self == .history || self == .stored }
  }
}
