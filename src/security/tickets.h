// Whether somebody has logged in to Kerberos already.
#pragma once

namespace security {

/// Whether the default credential cache holds tickets that have not expired, or a default client keytab gets some (it asks a KDC then, and
/// blocks). Thread-safe.
bool has_kerberos_tickets();

}  // namespace security
