// A notebook that is opened again has its demos' outputs, but the kernel that held the widgets is
// gone, and ipywidgets writes "Error displaying widget: model not found". This JupyterLab extension,
// kept as it is written, without a build, shows the picture and the sentence that each demo stored
// beside its widget. When the cell is run again the live demo takes their place.

{ // what follows is this file's own: JupyterLab loads all extensions into one scope
  const WIDGET = "application/vnd.jupyter.widget-view+json";
  const RANK = -10; // that of ipywidgets: of the kinds of an output the widget is still the first
  const GONE = /^(Error displaying widget|Loading widget)/;

  function withPicture(factory) {
    const createRenderer = (options) => {
      const renderer = factory.createRenderer(options);
      const renderWidget = renderer.renderModel.bind(renderer);
      renderer.renderModel = async (model) => {
        await renderWidget(model);
        const picture = model.data["text/html"];
        if (picture && GONE.test(renderer.node.textContent)) {
          renderer.node.innerHTML = picture; // of an output that JupyterLab trusts: else none is made
        }
      };
      return renderer;
    };
    return { ...factory, createRenderer };
  }

  // ipywidgets gives each notebook a factory of its own: before this, or after it where ipywidgets
  // itself comes late.
  function createNew(panel) {
    const { rendermime } = panel.content;
    const addFactory = rendermime.addFactory.bind(rendermime);
    rendermime.addFactory = (factory, rank) =>
      addFactory(factory.mimeTypes.includes(WIDGET) ? withPicture(factory) : factory, rank);
    const factory = rendermime.getFactory(WIDGET);
    if (factory) {
      rendermime.addFactory(factory, RANK);
    }
  }

  const plugin = {
    id: "cnn-course-demos:plugin",
    autoStart: true,
    activate: (app) => void app.docRegistry.addWidgetExtension("Notebook", { createNew }),
  };

  // What a bundler would write: JupyterLab asks a container of this name for "./extension".
  (window._JUPYTERLAB ??= {})["cnn-course-demos"] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
}
