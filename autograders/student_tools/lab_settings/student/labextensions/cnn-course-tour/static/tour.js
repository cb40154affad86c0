// The course's guided tour: a JupyterLab extension that jupyterlab-tour shows, kept as it is
// written, without a build. jupyterlab-tour 4.1 never offers a tour that stands in its settings
// (it adds it under one name and launches it by another), so the tour is added by its commands.

{ // what follows is this file's own: JupyterLab loads all extensions into one scope
  const ID = "cnn-course-tour:first";
  const VERSION = 1; // a larger one is offered again to who has seen the tour
  const NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)";
  const SECTIONS = "table-of-contents";
  const FILES = "filebrowser";

  // `panel` of the left side is opened before the step is shown.
  const STEPS = [
    {
      title: "Your notebook",
      target: `${NOTEBOOK} .jp-Notebook`,
      placement: "center",
      content:
        "This is the assignment. It explains, asks and checks: read it from the top to the " +
        "bottom. The tour shows what is around it. Enter takes you on, Tab reaches the other " +
        "buttons, Escape ends the tour.",
    },
    {
      title: "Its sections",
      target: `#${SECTIONS}`,
      panel: SECTIONS,
      placement: "right-start",
      content:
        "A click on a section takes you there. When a check sends you back to read, it names " +
        "one of these.",
    },
    {
      title: "Run a cell",
      target: `${NOTEBOOK} .jp-Toolbar-item[data-jp-item-name="run"]`,
      placement: "bottom",
      content:
        "Click a cell and press Shift + Enter, or this button: the cell runs, and the next one " +
        "is chosen. Begin with the first cell of code. While it loads it shows [*], then a number.",
    },
    {
      title: "Write here",
      target: cell("exercise"),
      placement: "top",
      content:
        "Replace the line # YOUR CODE HERE and the dots below it. The text in quotes says what " +
        "the function gets and gives back; the hints above open by a click.",
    },
    {
      title: "Its check",
      target: cell("check"),
      placement: "top",
      content:
        "Run it, as often as you like. It tells your points, then what to look at first: a case " +
        "that is not right yet, what you got and what was expected. Then come the steps of the " +
        "exercise, each passed or failed, and how many more are graded after you hand in.",
    },
    {
      title: "Demos",
      target: cell("demo"),
      placement: "top",
      content:
        "Cells like this one are demos. Run what stands above, then the cell, and move what it " +
        "shows by mouse or arrow keys. Many have your function beside the right answer. Nothing in " +
        "a demo is graded.",
    },
    {
      title: "Validate",
      target: `${NOTEBOOK} .jp-Toolbar-item[data-jp-item-name="runAll"]`,
      placement: "bottom",
      content:
        "When you are through, this runs the whole notebook from a fresh start and lists the " +
        "checks that fail. It finds what worked only because of a cell that is gone.",
    },
    {
      title: "Hand in",
      target: "#jp-MainMenu",
      placement: "bottom-start",
      content:
        "Save. Then choose File, New, Terminal here and enter: course check 01 (or the number of " +
        "your assignment). It puts right what happened to cells by accident, says what is not " +
        "done yet, and writes the notebook to hand in into the folder hand-in. Where this menu " +
        "has Nbgrader, press Submit in its Assignment List instead.",
    },
    {
      title: "Your files, and feedback",
      target: `#${FILES}`,
      panel: FILES,
      placement: "right-start",
      content:
        "The folder icon at its top leads to all assignments and to hand-in. Feedback is a page " +
        "for each assignment. It comes the way you handed in; by Nbgrader, Fetch Feedback in the " +
        "Assignment List puts it into a folder feedback beside the notebook.",
    },
    {
      title: "Help",
      target: "#jp-MainMenu .lm-MenuBar-item:last-child",
      placement: "bottom",
      content:
        "This tour is in the Help menu when you want it again, and so are the keyboard " +
        "shortcuts. If something does not start, enter course doctor in a terminal. Now begin: " +
        "run the first cell of code.",
    },
  ];

  function cell(role) {
    return `${NOTEBOOK} .jp-Cell[data-course-tour="${role}"]`;
  }

  // Writes the role of the first exercise, its check and the first demo of a notebook on its cells.
  function markCells(app) {
    for (const panel of app.shell.widgets("main")) {
      const cells = panel.content?.widgets ?? [];
      const sources = cells.map((cell) => cell.model?.sharedModel?.getSource?.() ?? "");
      const first = (...begins) =>
        sources.findIndex((source) => begins.some((begin) => source.startsWith(begin)));
      const check = first('check("');
      const imported = sources.join("\n").match(/^from course_lib\.widgets import (.+)$/m);
      const demos = (imported?.[1].split(", ") ?? []).map((name) => `${name}(`);
      const marks = { exercise: check - 1, check, demo: first(...demos) };
      for (const [role, index] of Object.entries(marks)) {
        cells[index]?.node.setAttribute("data-course-tour", role);
      }
    }
  }

  function prepare(app, step) {
    markCells(app);
    if (step?.panel) {
      app.shell.activateById(step.panel);
    } else if (step) {
      // A cell that was out of sight has its true height only now, and jupyterlab-tour reckons with it.
      document.querySelector(step.target)?.scrollIntoView({ block: "center" });
    }
  }

  // A notebook that is still loading takes the keyboard for itself, from a step that is shown
  // already: what this returns listens where the keyboard goes, and brings it back.
  function keyboardKeeper() {
    let last = null; // the button of the step that had it
    return ({ target }) => {
      const step = document.querySelector(".react-joyride__tooltip");
      if (step?.contains(target)) {
        last = target;
      } else if (step) {
        (step.contains(last) ? last : step.querySelector("[data-action=primary]")).focus();
      }
    };
  }

  async function offerTour(app) {
    if (!app.commands.hasCommand("jupyterlab-tour:add")) {
      return; // jupyterlab-tour is not installed
    }
    let helpers = null;
    const tour = await app.commands.execute("jupyterlab-tour:add", {
      tour: {
        id: ID,
        label: "Course Tour",
        version: VERSION,
        options: {
          disableOverlayClose: true,
          scrollToFirstStep: true, // without it the first step would not have the keyboard
          getHelpers: (given) => {
            helpers = given;
          },
          scrollOffset: 320, // room above a cell for what is said about it
          styles: { options: { width: 440 } },
        },
        steps: STEPS.map(({ panel, ...step }) => ({
          ...step,
          disableBeacon: true,
          styles: { tooltipContainer: { textAlign: "left" } },
        })),
      },
    });
    tour.stepChanged.connect((_, { type, action, index }) => {
      if (action === "close") {
        helpers.skip(); // by itself Escape leaves a mark to click on, somewhere on the page
      } else if (type === "step:after") {
        prepare(app, STEPS[index + (action === "prev" ? -1 : 1)]);
      }
    });
    const keepKeyboard = keyboardKeeper();
    tour.started.connect(() => document.addEventListener("focusin", keepKeyboard));
    const end = () => {
      document.removeEventListener("focusin", keepKeyboard);
      app.shell.activateById(SECTIONS);
      app.shell.activateById(document.querySelector(NOTEBOOK)?.id); // which has the keyboard again
    };
    tour.finished.connect(end);
    tour.skipped.connect(end);
    await app.commands.execute("jupyterlab-tour:launch", { id: ID, force: false });
  }

  const plugin = {
    id: "cnn-course-tour:plugin",
    autoStart: true,
    activate: (app) => void app.restored.then(() => offerTour(app)),
  };

  // What a bundler would write: JupyterLab asks a container of this name for "./extension".
  (window._JUPYTERLAB ??= {})["cnn-course-tour"] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
}
