package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
)

// The stages of a look, as messages name them.
const (
	stageCreate   = "create"
	stageJoin     = "join"
	stagePoll     = "poll"
	stageDownload = "download"
)

// stageError is a look that failed, and where.
type stageError struct {
	stage string
	*model.Failure
}

// Unwrap gives the failure.
func (e *stageError) Unwrap() error { return e.Failure }

// failedAt has a failure say at which stage of a look at which cluster it was
// met. A look that its caller gave up is no failure.
func failedAt(stage, cluster string, err error) error {
	var failure *model.Failure
	if errors.Is(err, context.Canceled) || !errors.As(err, &failure) {
		return fmt.Errorf("%s at %s: %w", stage, cluster, err)
	}
	return &stageError{stage, model.NewFailure(failure.Class, stage+" at "+cluster+": "+failure.Message, err)}
}

// stageOf is the stage at which a look failed; "" where that is not known.
func stageOf(err error) string {
	var e *stageError
	if errors.As(err, &e) {
		return e.stage
	}
	return ""
}

// blockError is what is wrong with one block, and may not be with another.
type blockError struct{ *model.Failure }

// Unwrap gives the failure.
func (e *blockError) Unwrap() error { return e.Failure }

// stretch is a part of a session: when it began, and how long it may take.
type stretch struct {
	began    time.Time
	patience time.Duration
}

// begin starts to measure a part of what ctx bounds.
func begin(ctx context.Context) stretch {
	s := stretch{began: time.Now(), patience: time.Hour}
	if deadline, ok := ctx.Deadline(); ok {
		s.patience = time.Until(deadline)
	}
	return s
}

// broken explains why a stream of the session ended, or could not be opened.
func (s *session) broken(ctx context.Context, part stretch, came *answer, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("session at %s given up: %w", s.client.addr.target, context.Canceled)
	}
	if errors.Is(err, io.EOF) {
		return s.client.nonsense("ended the stream")
	}
	return s.client.broken(ctx, s.link, came, part.began, part.patience, err)
}

// unusable reports whether a join failed for what a new subscriber mends: ours
// is gone, or has become stale.
func unusable(err error) bool {
	if stageOf(err) != stageJoin {
		return false
	}
	code := status.Code(err)
	return code == codes.NotFound || code == codes.FailedPrecondition
}
