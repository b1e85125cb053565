package api

// Approval is a change that waits for a second person, or what became of it.
type Approval struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	What    string `json:"what"`
	Expires string `json:"expires"`
}
