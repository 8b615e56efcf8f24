package verdict

// Sides are what the two values of a finding are called: what a key or a list says of a plugin is no value of the host.
func (f Finding) Sides() (plugin, host string) {
	switch f.Code {
	case "OCX0902", "OCX0903", "OCX0904":
		return "signer", "wanted"
	case "OCX0905", "OCX0906", "OCX0908":
		return "found", "listed"
	}
	return "plugin", "host"
}
