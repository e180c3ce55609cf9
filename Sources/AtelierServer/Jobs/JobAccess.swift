import APIKeys
import Jobs

/// Who may do what with which jobs.
enum JobAccess {
  /// The kinds of jobs that any key may ask for. All others are for those who may do everything.
  private static let open: Set<JobKind> = [.archive]

  /// What a key may see of a list of jobs.
  static func filter(for key: APIKey) -> JobFilter {
    var filter = JobFilter()
    if key.role < .admin { filter.kinds = open }
    if key.role < .read { filter.ownerKeyID = key.id }
    return filter
  }

  /// Whether a key may see a job.
  static func isVisible(_ job: Job, to key: APIKey) -> Bool {
    let filter = filter(for: key)
    return filter.kinds?.contains(job.kind) ?? true
      && filter.ownerKeyID ?? job.ownerKeyID == job.ownerKeyID
  }

  /// Whether a key may cancel or remove a job that it sees.
  static func mayEnd(_ job: Job, _ key: APIKey) -> Bool {
    key.role >= .admin || key.id == job.ownerKeyID
  }
}
